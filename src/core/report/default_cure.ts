// A cure for every problem that one file or another of a repository can have, where nobody knew a better one.
import type { Problem } from "../model/problem.ts";

const byCode: Readonly<Record<string, string>> = {
  "policy.repository_differs": "write the image that is meant, or mend the policy's image or the marker's repo",
  "marker.shared_value": "leave it if that is meant; else write the values out",
  "file.unreadable": "see that the file may be read",
  "file.too_large": "keep what is no text of yours out of the repository, or out of update.paths",
};

const byArea: Readonly<Record<string, string>> = {
  config: "magos config schema lists every key and what it takes",
  policy: "compare it with a sample of policies/ in magos's own repository",
  marker: "README of magos shows every key of a marker",
};

/** The problem with a cure: its own, else that of its code or area. */
export function withCure(problem: Problem): Problem {
  const [area = ""] = problem.code.split(".");
  const cure = problem.cure ?? byCode[problem.code] ?? byArea[area];
  return cure === undefined ? problem : { ...problem, cure };
}
