// Where a host name leads as far as its text tells: the question behind plain HTTP, realms and redirects.

/** `link-local` holds the metadata services of clouds; `private` also what no public server can have. */
export type HostReach = "loopback" | "link-local" | "private" | "public";

const privateSuffixes = [".local", ".lan", ".internal", ".home", ".home.arpa", ".localdomain", ".intranet", ".private"];

/**
 * Reach of a host name as `URL.hostname` gives it, IPv6 in brackets. Names are judged by their text alone; what they
 * resolve to cannot be seen here (registries 9.1).
 */
export function reachOfHost(hostname: string): HostReach {
  const name = hostname.toLowerCase().replace(/\.$/, "");
  if (name.startsWith("[")) return reachOfIpv6(name.slice(1, -1));
  const bytes = parseIpv4(name);
  if (bytes !== null) return reachOfIpv4(bytes);
  if (name === "localhost" || name.endsWith(".localhost")) return "loopback";
  const inner = !name.includes(".") || privateSuffixes.some((suffix) => name.endsWith(suffix));
  return inner ? "private" : "public";
}

function parseIpv4(text: string): readonly number[] | null {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) return null;
  return text.split(".").map(Number);
}

// Blocks of the IANA special-purpose registry (RFC 6890, RFC 6598 for carrier-grade NAT).
function reachOfIpv4([a = 0, b = 0, c = 0]: readonly number[]): HostReach {
  if (a === 127) return "loopback";
  if (a === 169 && b === 254) return "link-local";
  const inner = a === 0 || a === 10 || a >= 224 || (a === 172 && b >= 16 && b <= 31) || (a === 192 && b === 168) ||
    (a === 100 && b >= 64 && b <= 127) || (a === 192 && b === 0 && c === 0) || (a === 198 && (b === 18 || b === 19));
  return inner ? "private" : "public";
}

function reachOfIpv6(text: string): HostReach {
  const groups = parseIpv6(text);
  if (groups === null) return "private";
  const [first = 0, second = 0] = groups;
  const leading = groups.slice(0, 6);
  const mapped = leading.slice(0, 5).every((group) => group === 0) && leading[5] === 0xffff;
  const translated = first === 0x64 && second === 0xff9b;
  if (mapped || translated) {
    const [high = 0, low = 0] = groups.slice(6);
    return reachOfIpv4([high >> 8, high & 255, low >> 8, low & 255]);
  }
  if (groups.slice(0, 7).every((group) => group === 0)) return groups[7] === 1 ? "loopback" : "private";
  if ((first & 0xffc0) === 0xfe80) return "link-local";
  // The one metadata service that does not sit on a link-local address (fd00:ec2::254).
  if (first === 0xfd00 && second === 0xec2) return "link-local";
  return (first & 0xfe00) === 0xfc00 || (first & 0xff00) === 0xff00 ? "private" : "public";
}

function parseIpv6(text: string): readonly number[] | null {
  const [head = "", tail, ...more] = text.split("::");
  if (more.length > 0 || !/^[0-9a-f:]*$/.test(text)) return null;
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const missing = 8 - left.length - right.length;
  if (tail === undefined ? missing !== 0 : missing < 0) return null;
  return [...left, ...Array<string>(missing).fill("0"), ...right].map((group) => parseInt(group, 16));
}
