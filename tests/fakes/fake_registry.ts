// The demo's honest registry, wrapped in the ways in which real ones go wrong.
import { createDemoRegistry, type DemoOptions, type DemoRegistry } from "../../src/cli/demo/demo_registry.ts";
import type { DemoImage } from "../../src/cli/demo/demo_image.ts";

/** Answers in place of the registry, or lets it answer and changes what it says. */
export type Fault = (request: Request, next: () => Promise<Response>) => Response | Promise<Response>;

/** A registry with faults. Its handler never throws unless a fault does. */
export interface FakeRegistry {
  fetch(request: Request): Promise<Response>;
  readonly demo: DemoRegistry;
  /** `METHOD /path?query` of everything that came in. */
  readonly lines: readonly string[];
  /** `Authorization` headers that came in, in the same order. */
  readonly authorizations: readonly (string | null)[];
}

/** A registry with images and faults; the first fault meets a request first. */
export function fakeRegistry(
  images: readonly DemoImage[],
  faults: readonly Fault[] = [],
  options: DemoOptions = {},
): FakeRegistry {
  const demo = createDemoRegistry(images, options);
  const lines: string[] = [];
  const authorizations: (string | null)[] = [];
  const answer = (request: Request, index: number): Promise<Response> => {
    const fault = faults[index];
    return fault === undefined
      ? demo.fetch(request)
      : Promise.resolve(fault(request, () => answer(request, index + 1)));
  };
  return {
    demo,
    lines,
    authorizations,
    fetch(request) {
      const { pathname, search } = new URL(request.url);
      lines.push(`${request.method} ${pathname}${search}`);
      authorizations.push(request.headers.get("Authorization"));
      return answer(request, 0);
    },
  };
}

/** Limits a fault to paths that contain a text. */
export function on(part: string, fault: Fault): Fault {
  return (request, next) => new URL(request.url).pathname.includes(part) ? fault(request, next) : next();
}

/** Limits a fault to the first `times` requests that reach it. */
export function first(times: number, fault: Fault): Fault {
  let left = times;
  return (request, next) => left-- > 0 ? fault(request, next) : next();
}

/** Always the same answer. */
export function answers(status: number, body = "", headers: Readonly<Record<string, string>> = {}): Fault {
  return () => new Response(body, { status, headers });
}

/** The registry's error document. */
export function refuses(status: number, code: string, headers: Readonly<Record<string, string>> = {}): Fault {
  const body = JSON.stringify({ errors: [{ code, message: `${code} says the registry` }] });
  return answers(status, body, { "Content-Type": "application/json", ...headers });
}

/** Sends every request elsewhere. */
export function redirects(location: string, status = 307): Fault {
  return answers(status, "", { Location: location });
}

/** Changes headers of the honest answer; null removes one. */
export function headers(changes: Readonly<Record<string, string | null>>): Fault {
  return async (_request, next) => {
    const honest = await next();
    const changed = new Headers(honest.headers);
    for (const [name, value] of Object.entries(changes)) {
      if (value === null) changed.delete(name);
      else changed.set(name, value);
    }
    return new Response(honest.body, { status: honest.status, headers: changed });
  };
}

/** HEAD is answered by a fault, everything else honestly. */
export function onHead(fault: Fault): Fault {
  return (request, next) => request.method === "HEAD" ? fault(request, next) : next();
}

/** One more byte at the end of every body, which no digest survives. */
export function tampers(): Fault {
  return async (_request, next) => {
    const honest = await next();
    const changed = new Headers(honest.headers);
    changed.delete("Content-Length");
    return new Response(`${await honest.text()} `, { status: honest.status, headers: changed });
  };
}

/** Pages without end, each with tags never seen before. */
export function endlessPages(): Fault {
  let page = 0;
  return (request) => {
    const { pathname } = new URL(request.url);
    page++;
    return Response.json({ tags: [`v${page}`] }, {
      headers: { Link: `<${pathname}?last=v${page}&n=1>; rel="next"` },
    });
  };
}

/** A body of so many MiB, made as it is read; `pulled` tells how many were. */
export function hugeBody(mebibytes: number, contentType = "application/json"): { fault: Fault; pulled(): number } {
  let pulled = 0;
  const piece = new Uint8Array(1024 * 1024).fill(0x20);
  return {
    pulled: () => pulled,
    fault: () => {
      const body = new ReadableStream<Uint8Array>({
        pull(controller) {
          if (pulled === mebibytes) return controller.close();
          pulled++;
          controller.enqueue(pulled === 1 ? new TextEncoder().encode("{") : piece);
        },
      }, { highWaterMark: 0 });
      return new Response(body, { headers: { "Content-Type": contentType } });
    },
  };
}

/** Headers come, the body never ends; the request's end ends it. `opened` settles when the body is waited for. */
export function silence(): { fault: Fault; opened: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const body = () =>
    new ReadableStream<Uint8Array>({
      pull() {
        resolve();
        return new Promise<void>(() => {});
      },
    }, { highWaterMark: 0 });
  return { opened: promise, fault: () => new Response(body()) };
}
