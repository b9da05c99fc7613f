// @octokit/auth-app, with our way out to HTTP and our failures: it makes the signed tokens and asks for installation ones.
import { failure, type Result, success } from "../../core/model/problem.ts";
import { Secret } from "../../core/model/secret.ts";
import { type ApiAnswer, askForge, type ForgeApi } from "./api.ts";

/** One App's way in, for one difference of clocks. */
export interface AppAuth {
  /** A JSON web token, signed with the App's key, good for ten minutes. */
  jwt(): Promise<Result<Secret>>;
  /** The forge's answer to the question for a token of one repository. */
  ask(installationId: number, repository: string, permissions: Readonly<Record<string, string>>): Promise<
    Result<ApiAnswer>
  >;
}

/** Whose it is. */
export interface AppIdentity {
  readonly appId: number;
  /** PEM, from `readAppKey`. */
  readonly key: Secret;
  readonly keyFile: string;
  /** Seconds that the forge's clock is ahead of ours. */
  readonly timeDifference: number;
}

type Library = typeof import("@octokit/auth-app");
type Request = NonNullable<Parameters<Library["createAppAuth"]>[0]["request"]>;

/** Nothing is asked yet. A key that cannot sign shows in the first call, as `config.invalid_value`. */
export async function openAppAuth(api: ForgeApi, identity: AppIdentity): Promise<AppAuth> {
  // Loaded when an App is configured: most users have none, and it brings fifteen packages along.
  const { createAppAuth } = await import("@octokit/auth-app");
  let answered: Result<ApiAnswer> | null = null;
  const auth = createAppAuth({
    appId: identity.appId,
    privateKey: identity.key.reveal(),
    timeDifference: identity.timeDifference,
    request: requestBy(api, (answer) => answered = answer),
    log: { warn: () => {} },
  });
  return {
    async jwt() {
      try {
        return success(new Secret((await auth({ type: "app" })).token));
      } catch {
        return unusableKey(identity);
      }
    },
    ask: (installationId, repository, permissions) =>
      inTurn(async () => {
        answered = null;
        try {
          // Kept by us, and so never taken from the library's own store: that goes by a clock which may jump.
          const order = {
            installationId,
            repositoryNames: [repository],
            permissions: { ...permissions },
            refresh: true,
          };
          await auth({ type: "installation", ...order });
        } catch {
          // What the forge said is in `answered`; without it the library had not come to asking.
        }
        return answered ?? unusableKey(identity);
      }),
  };
}

// The library joins equal questions that are under way, whoever asks, and would tell the answer to the first alone.
let last: Promise<unknown> = Promise.resolve();

function inTurn<T>(ask: () => Promise<T>): Promise<T> {
  const turn = last.then(ask);
  last = turn.catch(() => {});
  return turn;
}

/** The library's `request`, for the one question that it asks. The answer is told as it came: we read it ourselves. */
function requestBy(api: ForgeApi, tell: (answer: Result<ApiAnswer>) => void): Request {
  const send = async (
    _route: string,
    given: Readonly<Record<string, unknown>>,
  ): Promise<{ readonly data: unknown }> => {
    const { installation_id: id, headers, repositories, permissions } = given;
    const { authorization = "" } = headers as { readonly authorization?: string };
    const answer = await askForge(api, {
      method: "POST",
      path: `/app/installations/${Number(id)}/access_tokens`,
      jwt: new Secret(authorization.replace(/^bearer /i, "")),
      body: { repositories, permissions },
    });
    tell(answer);
    if (!answer.ok || answer.value.status !== 201) throw new Error("no token");
    return { data: answer.value.data };
  };
  return send as unknown as Request;
}

// Before it asks, the library only signs. Its words may quote the key.
function unusableKey({ keyFile }: AppIdentity): Result<never> {
  return failure("config.invalid_value", `${keyFile} holds a key that cannot sign: it is damaged, or no RSA key`, {
    file: keyFile,
    cure: "make a new private key on the App's settings page, and name its .pem file",
  });
}
