// Which credentials of a machine its sessions needed: places with logins, held against what the record says was used.

/** A place with credentials that is there, and who logs in with what lies in it. `place` begins with `~/`. */
export type CredentialPlace = {
  readonly place: string;
  /** Programs by name; none where only the file itself tells. */
  readonly programs: readonly string[];
};

/** A use on record: of a program, or of a file by its path. `timeMs` is Unix milliseconds of the newest. */
export type Use = { readonly name: string; readonly timeMs: number; readonly calls: number };

/** What became of one place. `lastMs` is null where no call needed it. */
export type CredentialUse = CredentialPlace & {
  readonly calls: number;
  readonly lastMs: number | null;
  /** The program or file whose use was the newest. */
  readonly by: string | null;
};

/**
 * Joins places with uses: of programs by name, of files by paths at or below a place. Unused ones first, then those that were used
 * longest ago.
 */
export function credentialUses(
  places: readonly CredentialPlace[],
  { programs, files }: { readonly programs: readonly Use[]; readonly files: readonly Use[] },
): readonly CredentialUse[] {
  const uses = places.map((one): CredentialUse => {
    const found = [
      ...programs.filter(({ name }) => one.programs.includes(name)),
      ...files.filter(({ name }) => name === one.place || name.startsWith(`${one.place}/`)),
    ].toSorted((first, other) => other.timeMs - first.timeMs);
    const [newest] = found;
    return {
      ...one,
      calls: found.reduce((sum, { calls }) => sum + calls, 0),
      lastMs: newest?.timeMs ?? null,
      by: newest?.name ?? null,
    };
  });
  return uses.toSorted(
    (one, other) => (one.lastMs ?? 0) - (other.lastMs ?? 0) || one.place.localeCompare(other.place),
  );
}
