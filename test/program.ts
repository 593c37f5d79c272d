// The command line as tests start it: as it was built when dist/ is of these sources, else from the sources, which takes three times as long.
import { fileURLToPath } from "node:url";
import { isBuiltFrom, sourceDigest } from "../scripts/built-from.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Whether `dist/` was built from the sources as they are: `npm test` sees to it, a single test that is run by hand may not. */
export const isBuilt = isBuiltFrom(root, sourceDigest(root));

/** Where what was built lies. */
export const BUILT = `${root}dist/`;

/** What node is given to run a file of the sources. */
export const FROM_SOURCE: readonly string[] = [
  "--conditions=source",
  "--import",
  // WHY not tsx: it takes twice as long.
  new URL("../scripts/plain-sources.mjs", import.meta.url).href,
];

/** What node is given to run `sallyport`; arguments of the command come behind it. */
export const PROGRAM: readonly string[] = isBuilt
  ? [`${BUILT}surface/cli/main.js`]
  : [...FROM_SOURCE, `${root}src/surface/cli/main.ts`];
