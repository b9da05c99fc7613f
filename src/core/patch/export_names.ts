// Names for exported resources: what Kubernetes takes, told from each other, and the same on every run.

/** Kubernetes takes more; nobody reads more. */
const longestName = 60;

/** A name that Kubernetes takes, as near to the text as may be. */
export function resourceName(text: string): string {
  const plain = text.toLowerCase().replace(/[^a-z0-9-]+/g, "-").replace(/-{2,}/g, "-");
  return plain.slice(0, longestName).replace(/^-+|-+$/g, "") || "image";
}

/** The first of several wishes that is free, else the last one with a number; it is taken from then on. */
export function takeName(wishes: readonly string[], taken: Set<string>): string {
  const names = wishes.map(resourceName);
  const last = names.at(-1) ?? "image";
  let name = names.find((wish) => !taken.has(wish));
  for (let number = 2; name === undefined; number++) {
    if (!taken.has(`${last}-${number}`)) name = `${last}-${number}`;
  }
  taken.add(name);
  return name;
}

/** What an image is called: its last part, and with the part before it where that is not enough. */
export function imageWishes(image: string): readonly string[] {
  const parts = image.split("/");
  return [parts.slice(-1), parts.slice(-2), parts].map((some) => some.join("-"));
}
