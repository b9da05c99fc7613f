// How a verb's action begins: commander has read the words, the session does the rest.
import type { Session, SessionOptions } from "../session.ts";

/** Runs the verb and keeps its exit code. */
export type Start = (verb: (session: Session) => Promise<number>, options?: SessionOptions) => Promise<void>;
