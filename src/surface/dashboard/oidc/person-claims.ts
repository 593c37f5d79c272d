// What a provider says of a person, as far as it matters here: their groups, the role that these have, and a name for the record.
import { ownValue } from "#base/own-value.ts";
import type { Role } from "../access/roles.ts";
import type { OidcSettings } from "./oidc-settings.ts";

export type Claims = Readonly<Record<string, unknown>>;

const GROUPS_MAX = 2_000;
const NAME_CHARS_MAX = 64;
/** The weakest first. */
const LINE: readonly Role[] = ["viewer", "responder", "approver", "administrator"];

/** The role of somebody's groups; undefined where none of them has one. An auditor changes nothing, whatever other groups allow. */
export function roleOf(
  claims: Claims,
  { groupsClaim, roles }: Pick<OidcSettings, "groupsClaim" | "roles">,
): Role | undefined {
  return groupsRole(groupsIn(claims, groupsClaim), roles);
}

/** The same of groups by their names. */
export function groupsRole(
  named: readonly string[],
  roles: OidcSettings["roles"],
): Role | undefined {
  const groups = new Set(named);
  const given = roles.filter(({ group }) => groups.has(group)).map(({ role }) => role);
  if (given.includes("auditor")) return "auditor";
  return LINE.findLast((role) => given.includes(role));
}

/** Groups of a claim. Its name is that of the claim itself, or leads through objects by dots. */
export function groupsIn(claims: Claims, name: string): readonly string[] {
  const found = ownValue(claims, name) ?? inside(claims, name);
  const list: readonly unknown[] = Array.isArray(found) ? found : [found];
  return list.slice(0, GROUPS_MAX).filter((one) => typeof one === "string");
}

/** A short name: who it is at the provider, and which provider. Never that of somebody of this machine. */
export function nameOf(claims: Claims, host: string): string {
  const given = [claims["preferred_username"], claims["email"], claims["sub"]]
    .filter((one) => typeof one === "string")
    .find((one) => one.trim() !== "");
  const text = (given ?? "somebody").replaceAll(/[^\p{L}\p{N}._@+ -]/gu, "?");
  return `${text.trim().slice(0, NAME_CHARS_MAX)} (${host.slice(0, NAME_CHARS_MAX - 4)})`;
}

function inside(claims: Claims, name: string): unknown {
  let at: unknown = claims;
  for (const step of name.split(".")) {
    if (typeof at !== "object" || at === null || Array.isArray(at)) return undefined;
    at = ownValue(at as Claims, step);
  }
  return at;
}
