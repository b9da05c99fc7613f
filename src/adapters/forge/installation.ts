// What GitHub says of an App's installation and of the tokens it gives, read from its answers.
import * as z from "zod";
import { parseTime, type Time } from "../../core/model/time.ts";

/** An installation of the App. */
export interface Installation {
  readonly id: number;
  readonly isSuspended: boolean;
}

const installation = z.object({
  id: z.number().int().positive(),
  suspended_at: z.string().nullish(),
});

/** An answer to `GET /repos/{owner}/{repo}/installation`, or null when it is none. */
export function readInstallation(data: unknown): Installation | null {
  const read = installation.safeParse(data);
  return read.success ? { id: read.data.id, isSuspended: Boolean(read.data.suspended_at) } : null;
}

// One line of a header: a token with blanks or line ends in it is none.
const token = z.object({
  token: z.string().regex(/^[!-~]{1,4096}$/),
  expires_at: z.string(),
  permissions: z.record(z.string().max(100), z.string().max(100)).nullish(),
});

/** A token that the forge made. */
export interface IssuedToken {
  readonly token: string;
  /** By the forge's clock. */
  readonly expiresAt: Time;
  /** Null where it does not say. */
  readonly permissions: ReadonlyMap<string, string> | null;
}

/** An answer to `POST /app/installations/{id}/access_tokens`, or null when it is none. */
export function readToken(data: unknown): IssuedToken | null {
  const read = token.safeParse(data);
  const expiresAt = read.success ? parseTime(read.data.expires_at) : null;
  if (!read.success || expiresAt === null) return null;
  const { permissions } = read.data;
  return {
    token: read.data.token,
    expiresAt,
    permissions: permissions ? new Map(Object.entries(permissions)) : null,
  };
}
