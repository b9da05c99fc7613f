// A table that a phone shows as cards: every cell brings its column's name, and the roles survive the other layout.
import type { Markup } from "./moment.tsx";

/** One row: what it is about, then a cell for each further column. Null: nothing to say, and no line on a phone. */
export interface TableRow {
  readonly head: Markup;
  readonly cells: readonly (Markup | null)[];
}

/** `caption` names the table for those who hear the page; it is not shown where the heading says the same. */
export function DataTable(
  { kind, caption, columns, rows }: {
    /** Which columns are wide is a matter of the style sheet. */
    readonly kind: "stacks" | "images" | "runs";
    readonly caption: string;
    readonly columns: readonly string[];
    readonly rows: readonly TableRow[];
  },
): Markup {
  return (
    <table role="table" class={kind}>
      <caption class="unseen">{caption}</caption>
      <thead role="rowgroup">
        <tr role="row">{columns.map((name) => <th role="columnheader" scope="col">{name}</th>)}</tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map(({ head, cells }) => (
          <tr role="row">
            <th role="rowheader" scope="row">{head}</th>
            {cells.map((cell, at) => (
              <td role="cell" class={cell === null ? "empty" : ""}>
                <span class="label" aria-hidden="true">{columns[at + 1]}</span>
                <div>{cell ?? "–"}</div>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
