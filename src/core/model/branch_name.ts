// What git takes as the name of a branch, so that no name from a template or a remote is read as anything else.

/** Whether git would take the text as a branch (git-check-ref-format); magos takes at most 200 characters. */
export function isBranchName(text: string): boolean {
  // deno-lint-ignore no-control-regex -- git refuses exactly these
  const odd = /[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|^[-/]|[/.]$|(?:^|\/)\.|\.lock(?:\/|$)/.test(text);
  return !odd && text !== "" && text !== "@" && text.length <= 200;
}
