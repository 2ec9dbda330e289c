/**
 * The first import of the package's door: an old Node gets one clear line, not a missing function from somewhere inside. It imports
 * nothing and needs no newer syntax.
 */
const OLDEST = [22, 13] as const;
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
  throw new Error(
    `r1-router: needs Node ${OLDEST.join('.')} or newer, but this is ${process.versions.node}; install a newer one from https://nodejs.org`,
  );
}

export {};
