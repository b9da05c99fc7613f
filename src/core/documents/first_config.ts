// The configuration that a repository begins with: the defaults, written out so that people find what to change.

/** The text of `magos.yaml`. It holds only keys that the repository's own file may set (contracts 2.1). */
export const firstConfig = `# What magos does with this repository; \`magos config schema\` lists every key.
# Address and credentials belong to the host: set repo.url and repo.auth in ~/.config/magos/config.yaml there.
update:
  paths: ["."] # folders, files or globs in which markers are sought
  policies: ["policies/**"] # where ImagePolicy documents are kept
  pin: both # what markers write: tag, digest or both
`;
