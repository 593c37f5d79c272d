// Where a loader looks for compiled code: beside the copies of programs when it is one, else in the data directory of who runs it.
import { compiledFolder } from "./compiled-code.ts";

/** A copy as `program-copy.ts` makes it. */
const COPY = /^(\/.+)\/[^/]+-[0-9a-f]{12}\/node_modules\/sallyport\/dist\/$/;

/** The folder beside the copy of which `dist` is part; undefined for a program that is no copy. */
export function compiledBeside(dist: string): string | undefined {
  const programs = COPY.exec(dist)?.[1];
  return programs === undefined ? undefined : compiledFolder(programs);
}

/**
 * The folder in the data directory of this environment. WHY not of `dataDirectory`: a start waits for what it would load,
 * and a wrong answer is a folder without compiled code.
 */
export function compiledInData(environment: NodeJS.ProcessEnv): string | undefined {
  const { SALLYPORT_HOME: own, XDG_DATA_HOME: data, HOME: home } = environment;
  const root = own || (data ? `${data}/sallyport` : home && `${home}/.local/share/sallyport`);
  return root?.startsWith("/") === true ? compiledFolder(`${root}/programs`) : undefined;
}
