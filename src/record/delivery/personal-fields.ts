// Which personal fields leave for a target and how: each in clear, as a pseudonym, or not at all.
import { JOIN_KEYS, type JoinKeys } from "../export/forms/exporter.ts";

/** What may become of a field. */
export const LEAVING_WAYS = ["clear", "pseudonym", "omit"] as const;

/** The choice for each field. */
export type PersonalFields = Readonly<Record<keyof JoinKeys, (typeof LEAVING_WAYS)[number]>>;

/**
 * What names a person, or may do so, is a pseudonym unless somebody says otherwise. WHY files do not leave at all: they are part of
 * what a call said, and that stays here unless a person decides otherwise (decision 0059).
 */
export const PERSONAL_DEFAULT: PersonalFields = {
  user: "pseudonym",
  host: "pseudonym",
  repository: "pseudonym",
  branch: "pseudonym",
  commit: "clear",
  job: "clear",
  file: "omit",
};

/** The choice in one line, for the record of what went where. */
export function personalText(personal: PersonalFields): string {
  return JOIN_KEYS.map((name) => `${name}=${personal[name]}`).join(" ");
}

/**
 * The join keys that leave. `stand` makes the pseudonym of a value: the same for the same value, and of no use without the
 * key that made it; undefined where there is none.
 */
export function leavingKeys(
  keys: JoinKeys,
  personal: PersonalFields,
  stand: (name: keyof JoinKeys, value: string) => string | undefined,
): JoinKeys {
  const leaving = JOIN_KEYS.flatMap((name) => {
    const value = keys[name];
    if (value === undefined || personal[name] === "omit") return [];
    const told = personal[name] === "clear" ? value : stand(name, value);
    return told === undefined ? [] : [[name, told] as const];
  });
  return Object.fromEntries(leaving);
}
