// An export of a directory: a ListResponse of SCIM 2.0 (RFC 7644, 3.4.2) in JSON, or CSV with a line of names above it.
import * as v from "valibot";
import { csvRows } from "#base/csv-rows.ts";
import { isObject } from "#base/json.ts";
import {
  comparable,
  type DirectoryRead,
  type DirectoryUser,
  LIST_MAX,
  addTo,
  mergedUsers,
  TEXT_CHARS_MAX,
  USERS_MAX,
} from "./directory-user.ts";

const text = v.pipe(v.string(), v.maxLength(TEXT_CHARS_MAX));
const said = v.optional(v.nullable(text));
const values = v.optional(
  v.nullable(v.pipe(v.array(v.looseObject({ value: said, display: said })), v.maxLength(LIST_MAX))),
);
const userSchema = v.looseObject({
  id: said,
  externalId: said,
  userName: text,
  active: v.optional(v.boolean()),
  emails: values,
  groups: values,
});
const groupSchema = v.looseObject({
  id: said,
  displayName: text,
  members: v.optional(
    v.nullable(v.pipe(v.array(v.looseObject({ value: text })), v.maxLength(USERS_MAX))),
  ),
});
const listSchema = v.looseObject({
  schemas: v.pipe(
    v.array(v.string()),
    v.includes("urn:ietf:params:scim:api:messages:2.0:ListResponse"),
  ),
  totalResults: v.pipe(v.number(), v.integer()),
  Resources: v.pipe(v.array(v.unknown()), v.maxLength(USERS_MAX)),
});
const GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group";

/** Reads an export by its form, and merges who stands in it twice. Total. */
export function readDirectory(content: string): DirectoryRead {
  const bare = content.replace(/^\uFEFF/, "");
  const read = /^\s*\{/.test(bare) ? readScim(bare) : readCsv(bare);
  if (typeof read === "string") return { kind: "fault", why: read };
  if (read.length === 0) return { kind: "fault", why: "it holds nobody" };
  return { kind: "read", users: mergedUsers(read) };
}

function readScim(content: string): readonly DirectoryUser[] | string {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    return "it is no JSON";
  }
  const list = v.safeParse(listSchema, value);
  if (!list.success)
    return "it is no ListResponse of SCIM 2.0 with `schemas`, `totalResults` and `Resources`";
  const { totalResults, Resources: resources } = list.output;
  if (totalResults !== resources.length)
    return `it has ${resources.length} of ${totalResults} entries: export all pages into one list`;
  const groupsOf = new Map<string, string[]>();
  const users: { readonly id: string; readonly user: DirectoryUser }[] = [];
  for (const [at, one] of resources.entries()) {
    if (isGroup(one)) {
      const group = v.safeParse(groupSchema, one);
      if (!group.success) return fault(at, group.issues[0]);
      const { displayName, members } = group.output;
      for (const { value: member } of members ?? []) addTo(groupsOf, member, displayName);
      continue;
    }
    const user = v.safeParse(userSchema, one);
    if (!user.success) return fault(at, user.issues[0]);
    const { id, externalId, userName, active, emails, groups } = user.output;
    const entry: DirectoryUser = {
      userNames: cleaned([userName]),
      externalIds: plain([externalId]),
      emails: cleaned((emails ?? []).map((mail) => mail.value)),
      isActive: active ?? true,
      // WHY both: some directories name a group in `display`, others in `value`.
      groups: groups ? plain(groups.flatMap((group) => [group.display, group.value])) : undefined,
    };
    if (entry.userNames.length === 0) return `entry ${at + 1}: \`userName\` is empty`;
    users.push({ id: id ?? "", user: entry });
  }
  return users.map(({ id, user }) => {
    const more = id === "" ? undefined : groupsOf.get(id);
    return more === undefined ? user : { ...user, groups: [...(user.groups ?? []), ...more] };
  });
}

function isGroup(value: unknown): boolean {
  const schemas = isObject(value) ? value["schemas"] : undefined;
  return Array.isArray(schemas) && schemas.includes(GROUP);
}

/** Where it is and what was expected there, and nothing of what stands there. */
function fault(at: number, issue: v.BaseIssue<unknown>): string {
  const where = v.getDotPath(issue);
  return `entry ${at + 1}: ${where === null ? "it" : `\`${where}\``} is not of the form of SCIM 2.0 (${issue.type})`;
}

/** Names of columns as exports of directories have them, without what is no letter. */
const COLUMNS = {
  name: ["username", "login", "userprincipalname", "upn"],
  id: ["externalid", "objectid"],
  mail: ["email", "mail", "emailaddress"],
  active: ["active", "enabled", "accountenabled", "status"],
  groups: ["groups", "memberof"],
} as const;
const YES = new Set(["true", "1", "yes", "active", "enabled"]);
const NO = new Set(["false", "0", "no", "inactive", "disabled", "suspended"]);

function readCsv(content: string): readonly DirectoryUser[] | string {
  const rows = csvRows(content, USERS_MAX + 1);
  if (typeof rows === "string") return rows;
  const [head = [], ...entries] = rows;
  const names = head.map((name) => name.toLowerCase().replaceAll(/[^a-z]/g, ""));
  const place = new Map<keyof typeof COLUMNS, number>();
  for (const column of Object.keys(COLUMNS) as (keyof typeof COLUMNS)[]) {
    const spellings: readonly string[] = COLUMNS[column];
    const found = names.flatMap((name, at) => (spellings.includes(name) ? [at] : []));
    if (found.length > 1) return `its first line names \`${column}\` twice`;
    if (found[0] !== undefined) place.set(column, found[0]);
  }
  if (!place.has("name") && !place.has("id") && !place.has("mail"))
    return "its first line names none of `userName`, `externalId` and `email`";
  const users: DirectoryUser[] = [];
  for (const [at, row] of entries.entries()) {
    const wrong = (why: string): string => `row ${at + 2}: ${why}`;
    if (row.length !== head.length)
      return wrong(`it has ${row.length} fields, and the first ${head.length}`);
    if (row.some((field) => field.length > TEXT_CHARS_MAX * LIST_MAX))
      return wrong("a field is too long");
    const of = (column: keyof typeof COLUMNS): string | undefined => row[place.get(column) ?? -1];
    const active = of("active")?.trim().toLowerCase();
    if (active !== undefined && !YES.has(active) && !NO.has(active))
      return wrong("whether it is active is neither `true` nor `false`");
    const groups = of("groups");
    const user: DirectoryUser = {
      userNames: cleaned([of("name")]),
      externalIds: plain([of("id")]),
      emails: cleaned([of("mail")]),
      isActive: active === undefined || YES.has(active),
      groups: groups === undefined ? undefined : plain(groups.split(/[;|]/)),
    };
    if (user.userNames.length + user.externalIds.length + user.emails.length === 0)
      return wrong("it names nobody");
    users.push(user);
  }
  return users;
}

function plain(texts: readonly (string | null | undefined)[]): readonly string[] {
  return texts
    .map((one) => (one ?? "").trim())
    .filter((one) => one !== "" && one.length <= TEXT_CHARS_MAX);
}

function cleaned(texts: readonly (string | null | undefined)[]): readonly string[] {
  return plain(texts).map(comparable);
}
