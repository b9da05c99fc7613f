// What is followed: where each image stands, what is newest, and why it waits.
import { type Markup, moment } from "./moment.tsx";

interface RefView {
  readonly name: string;
  readonly tag: string | null;
  readonly digest: string | null;
}

/** A row of `status.images`. */
export interface ImageView {
  readonly image: string;
  readonly policy: string;
  readonly state: string;
  readonly current: RefView;
  readonly newest: RefView | null;
  readonly blockers: readonly { readonly gate: string; readonly message: string; readonly until: string | null }[];
  readonly targets: number;
  readonly checkedAt: string | null;
}

const colours: Readonly<Record<string, string>> = { current: "good", selected: "good", held: "wait" };
const words: Readonly<Record<string, string>> = {
  current: "up to date",
  selected: "chosen",
  held: "waits",
  "no-match": "no match",
  error: "error",
};
const mostRows = 500;

/** The table. Those that wait come first. */
export function ImageTable({ images }: { readonly images: readonly ImageView[] }): Markup {
  if (images.length === 0) return <p class="quiet">No image is followed yet.</p>;
  const rank = ({ state }: ImageView): number => ["error", "held", "no-match", "selected", "current"].indexOf(state);
  const rows = images.toSorted((a, b) => rank(a) - rank(b) || (a.image < b.image ? -1 : 1)).slice(0, mostRows);
  return (
    <div class="scroll" tabindex={0} role="region" aria-label="Images">
      <table>
        <caption>
          {images.length} followed{images.length > mostRows ? `, ${mostRows} shown` : ""}
        </caption>
        <thead>
          <tr>
            {["Image", "State", "Current", "Newest", "Policy", "Why it waits", "Checked"].map((name) => (
              <th scope="col">{name}</th>
            ))}
          </tr>
        </thead>
        <tbody>{rows.map((row) => <ImageRow row={row} />)}</tbody>
      </table>
    </div>
  );
}

function ImageRow({ row }: { readonly row: ImageView }): Markup {
  return (
    <tr>
      <td class="name">
        {row.image}
        {row.targets > 1 ? <span class="quiet">, {row.targets} places</span> : ""}
      </td>
      <td class={`state ${colours[row.state] ?? "bad"}`}>{words[row.state] ?? row.state}</td>
      <td>{versionOf(row.current)}</td>
      <td>{row.newest === null ? "–" : versionOf(row.newest)}</td>
      <td>{row.policy}</td>
      <td>
        {row.blockers.map(({ gate, message, until }) => (
          <p>
            {gate}: {message}
            {until === null ? "" : <>, until {moment(until)}</>}
          </p>
        ))}
      </td>
      <td>{moment(row.checkedAt)}</td>
    </tr>
  );
}

/** The tag, and the beginning of the digest: enough to tell two builds apart. */
function versionOf({ tag, digest }: RefView): Markup {
  const short = digest?.replace(/^sha\d+:/, "").slice(0, 12);
  return (
    <code title={digest ?? ""}>
      {tag ?? ""}
      {short === undefined ? "" : `@${short}`}
    </code>
  );
}
