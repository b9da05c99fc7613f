// What is followed: where each image stands, what is newest, and why it waits.
import { ImageName, Version, type VersionView } from "./version.tsx";
import { DataTable, type TableRow } from "./data_table.tsx";
import type { Markup, Tell } from "./moment.tsx";

/** A row of `status.images`. */
export interface ImageView {
  readonly image: string;
  readonly policy: string;
  /** What the policy asks for, in a few words. */
  readonly rule: string;
  readonly state: string;
  readonly current: VersionView;
  readonly newest: VersionView | null;
  readonly blockers: readonly BlockerView[];
  readonly reasons: readonly string[];
  readonly targets: number;
  readonly since: string;
  readonly checkedAt: string | null;
}

interface BlockerView {
  readonly gate: string;
  readonly tag: string | null;
  readonly message: string;
  readonly until: string | null;
}

/** In the order in which they are shown: what may want a person comes first. */
export const imageStates = [
  { state: "error", word: "error", counted: "in error", colour: "bad" },
  { state: "no-match", word: "no tag fits", counted: "without a tag that fits", colour: "wait" },
  { state: "held", word: "waits", counted: "waiting", colour: "wait" },
  { state: "selected", word: "update chosen", counted: "to be updated", colour: "good" },
  { state: "current", word: "up to date", counted: "up to date", colour: "good" },
] as const;

/** What a gate means for the one who waits. */
const gateWords: Readonly<Record<string, string>> = {
  minAge: "too young",
  platforms: "not for all platforms",
  downgrade: "lower than what runs",
  group: "waits for its group",
  quota: "pulls used up",
  canary: "tried elsewhere first",
};

const mostRows = 500;
const mostBlockers = 3;
const mostReasons = 2;

/** Those that move or wait, and then, folded away, those that are up to date. */
export function ImageTable(
  { images, tell }: { readonly images: readonly ImageView[]; readonly tell: Tell },
): Markup {
  if (images.length === 0) return <p class="quiet">No image is followed yet.</p>;
  const rank = ({ state }: ImageView): number => imageStates.findIndex((known) => known.state === state);
  const all = images.toSorted((a, b) => rank(a) - rank(b) || (a.image < b.image ? -1 : 1));
  const shown = all.slice(0, mostRows);
  const rowsOf = (some: readonly ImageView[]): readonly TableRow[] => some.map((row) => imageRow(row, tell));
  const [moving, still] = [shown.filter(({ state }) => state !== "current"), shown.filter(isCurrent)];
  const columns = ["Image", "State", "Current", "Newest", "Policy", "Asked"];
  return (
    <>
      {moving.length === 0
        ? ""
        : <DataTable kind="images" caption="Images that move or wait" columns={columns} rows={rowsOf(moving)} />}
      {still.length === 0 ? "" : (
        <details>
          <summary>{still.length} up to date</summary>
          <DataTable kind="images" caption="Images that are up to date" columns={columns} rows={rowsOf(still)} />
        </details>
      )}
      {all.length > mostRows ? <p class="quiet">and {all.length - mostRows} more; magos status shows all</p> : ""}
    </>
  );
}

function isCurrent({ state }: ImageView): boolean {
  return state === "current";
}

function imageRow(row: ImageView, tell: Tell): TableRow {
  const known = imageStates.find(({ state }) => state === row.state);
  // Of all others the gates say it, or there is nothing to say.
  const reasons = row.state === "error" || row.state === "no-match" ? row.reasons : [];
  const more = row.blockers.length - mostBlockers;
  const isNews = row.newest !== null &&
    (row.newest.tag !== row.current.tag || row.newest.digest !== row.current.digest);
  return {
    head: (
      <>
        <ImageName name={row.image} />
        {row.targets > 1 ? <span class="quiet">, {row.targets} places</span> : ""}
      </>
    ),
    cells: [
      <>
        <span class={`state ${known?.colour ?? "bad"}`}>{known?.word ?? row.state}</span>
        {row.state === "current" ? "" : <p class="quiet">{tell(row.since, "span")}</p>}
        {reasons.slice(0, mostReasons).map((reason) => <p>{reason}</p>)}
        {row.blockers.slice(0, mostBlockers).map((blocker) => <Blocker blocker={blocker} tell={tell} />)}
        {more > 0 ? <p class="quiet">and {more} more reasons</p> : ""}
      </>,
      <Version version={row.current} />,
      isNews && row.newest !== null ? <Version version={row.newest} /> : null,
      <>
        {row.policy}
        {row.rule === "" ? "" : <p class="quiet">{row.rule}</p>}
      </>,
      row.checkedAt === null ? null : tell(row.checkedAt, "short"),
    ],
  };
}

function Blocker({ blocker, tell }: { readonly blocker: BlockerView; readonly tell: Tell }): Markup {
  const { gate, tag, message, until } = blocker;
  const word = gateWords[gate];
  return (
    <p>
      {tag === null ? "" : <code>{tag}</code>} {word === undefined ? "" : `${word}: `}
      {message}
      {until === null ? "" : <>, until {tell(until)}</>}
    </p>
  );
}
