// How a program is looked up by its name: one rule for the index of the sources and for the one that the build puts in its place.

/** What a table has of a program, by its plain name; of `git.exe` what it has of `git`, where it has nothing of its own. */
export function byProgramName<Found>(
  name: string,
  find: (name: string) => Found | undefined,
): Found | undefined {
  const found = find(name);
  if (found !== undefined || !/\.exe$/i.test(name)) return found;
  // A program of Windows, or one that it calls like ours.
  return find(name.slice(0, -".exe".length).toLowerCase());
}
