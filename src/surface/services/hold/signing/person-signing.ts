// How a person signs, as their own and the system's settings of git say it; what a repository says has no voice here.
import { existsSync } from "node:fs";
import { isAbsolute } from "node:path";
import { isWithin } from "#base/path.ts";
import { realPath } from "../../../foundation/files/path-status.ts";
import {
  atHome,
  personProgram,
  personSettings,
  type PersonPlace,
} from "../start/person-settings.ts";

/** What the settings say. Paths are absolute. */
export type PersonSigning = {
  /** Absolute paths of programs; undefined for one that is not there, or that the session could change. */
  readonly ssh: string | undefined;
  readonly gpg: string | undefined;
  /** Each `user.signingkey` as it is written. WHY several: which of the files that a person includes counts here, git alone knows. */
  readonly keys: readonly string[];
  /** Whom signatures name where no key is set: `Name <address>`. */
  readonly people: readonly string[];
  /** Files with the keys of those whose signatures are good, and with keys that were taken back. */
  readonly signers: string | undefined;
  readonly takenBack: string | undefined;
};

/** Values of one setting that are kept. */
const VALUES_MAX = 16;

/** What they say of signing; undefined as with the settings themselves. */
export async function personSigning(place: PersonPlace): Promise<PersonSigning | undefined> {
  const { home, projectRoot } = place;
  const settings = await personSettings(place);
  if (settings === undefined) return undefined;
  const last = (...keys: readonly string[]): string | undefined =>
    settings.findLast(({ key }) => keys.includes(key))?.value;
  const file = (key: string): string | undefined => {
    const value = last(key);
    const path = value === undefined ? undefined : atHome(value, home);
    const isMeant =
      path !== undefined && isAbsolute(path) && !isWithin(projectRoot, realPath(path));
    return isMeant ? path : undefined;
  };
  const program = (usual: string, ...keys: readonly string[]): string | undefined =>
    personProgram(last(...keys) ?? usual, place);
  const all = (wanted: string): readonly string[] => {
    const values = settings.flatMap(({ key, value }) =>
      key === wanted && value !== "" ? value : [],
    );
    return [...new Set(values)].slice(-VALUES_MAX);
  };
  const addresses = all("user.email");
  return {
    ssh: program("ssh-keygen", "gpg.ssh.program"),
    gpg: program("gpg", "gpg.program", "gpg.openpgp.program"),
    keys: all("user.signingkey"),
    people: all("user.name").flatMap((name) => addresses.map((one) => `${name} <${one}>`)),
    signers: file("gpg.ssh.allowedsignersfile"),
    // As git: a list that is not there says nothing.
    takenBack: existing(file("gpg.ssh.revocationfile")),
  };
}

function existing(path: string | undefined): string | undefined {
  return path !== undefined && existsSync(path) ? path : undefined;
}
