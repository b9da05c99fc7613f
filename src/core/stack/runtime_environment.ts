// What units put into the environment for Deno's runtime below magos, not for magos itself.

/**
 * As `NAME=value NAME=value`. glibc keeps what a program has freed; told by variables it hands all but little back to
 * the system, which a daemon that is busy for seconds and then waits for hours owes its host (`task bench` has the
 * figures). Certificates: the system's beside Mozilla's.
 */
export const runtimeEnvironment: string = [
  "MALLOC_ARENA_MAX=1",
  "MALLOC_MMAP_THRESHOLD_=16384",
  "MALLOC_TRIM_THRESHOLD_=16384",
  "MALLOC_TOP_PAD_=0",
  "DENO_TLS_CA_STORE=system,mozilla",
].join(" ");
