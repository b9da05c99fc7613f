// Images and versions as the page writes them: the part that tells them apart stands out.
import type { Markup } from "./moment.tsx";

/** A reference, as far as it is shown. */
export interface VersionView {
  readonly tag: string | null;
  readonly digest: string | null;
}

/** The name with its last part in bold: the registry is the same for many. */
export function ImageName({ name }: { readonly name: string }): Markup {
  const end = name.lastIndexOf("/") + 1;
  return (
    <>
      {end === 0 ? "" : <span class="quiet">{name.slice(0, end)}</span>}
      <wbr />
      <b>{name.slice(end)}</b>
    </>
  );
}

/** The tag, and the beginning of the digest: enough to tell two builds apart. */
export function Version({ version: { tag, digest } }: { readonly version: VersionView }): Markup {
  if (tag === null && digest === null) return <>–</>;
  const short = digest?.replace(/^sha\d+:/, "").slice(0, 12);
  return (
    <>
      {tag === null ? "" : <code>{tag}</code>} {short === undefined ? "" : <code class="quiet">{short}</code>}
    </>
  );
}

/** From one version to another; the digests only where the tag is the same. */
export function VersionMove({ from, to }: { readonly from: VersionView; readonly to: VersionView }): Markup {
  const isTag = from.tag !== to.tag && to.tag !== null;
  const part = (version: VersionView): VersionView => isTag ? { ...version, digest: null } : version;
  return (
    <>
      <Version version={part(from)} /> to <Version version={part(to)} />
    </>
  );
}
