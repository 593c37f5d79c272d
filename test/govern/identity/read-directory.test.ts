// Exports of directories: what is read, who is merged, and what is wrong with the rest.
import { expect, test } from "vitest";
import { type DirectoryUser, personFinder, USERS_MAX } from "#govern/identity/directory-user.ts";
import { readDirectory } from "#govern/identity/read-directory.ts";

const LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
const USER = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group";
const scim = (...resources: readonly object[]): string =>
  JSON.stringify({ schemas: [LIST], totalResults: resources.length, Resources: resources });
const user = (userName: string, more: object = {}): object => ({
  schemas: [USER],
  userName,
  ...more,
});

function users(text: string): readonly DirectoryUser[] {
  const read = readDirectory(text);
  if (read.kind === "fault") throw new Error(read.why);
  return read.users;
}
const brief = (text: string): readonly string[] =>
  users(text).map((one) =>
    [
      one.userNames.join("+"),
      one.externalIds.join("+"),
      one.emails.join("+"),
      one.isActive ? "active" : "locked",
      one.groups?.join("+") ?? "none",
    ].join(" | "),
  );

test("SCIM: names without regard to case, addresses, groups by name and by value", () => {
  const text = scim(
    user("Ada@Corp.example", {
      externalId: "A-1",
      active: true,
      emails: [{ value: "Ada@corp.example" }],
      groups: [{ value: "g1", display: "owners" }],
    }),
    user("bob", { active: false }),
    user("eve", { groups: null, emails: null, externalId: null }),
  );
  expect(brief(text)).toEqual([
    "ada@corp.example | A-1 | ada@corp.example | active | owners+g1",
    "bob |  |  | locked | none",
    "eve |  |  | active | none",
  ]);
});

test("SCIM: members of groups that stand in the same list", () => {
  const text = scim(user("ada", { id: "1" }), user("bob", { id: "2", groups: [] }), {
    schemas: [GROUP],
    displayName: "owners",
    members: [{ value: "1" }, { value: "9" }],
  });
  expect(brief(text)).toEqual(["ada |  |  | active | owners", "bob |  |  | active | "]);
});

test("CSV: any order of columns, quotes, line ends and spellings", () => {
  const text =
    '\uFEFFE-Mail,"Groups",User Name,Active,Full name\r\n' +
    'ada@corp.example,"owners; on-call",Ada,TRUE,"Lovelace, ""Ada"""\r\n\r\n' +
    "bob@corp.example,,bob,disabled,B\n";
  expect(brief(text)).toEqual([
    "ada |  | ada@corp.example | active | owners+on-call",
    "bob |  | bob@corp.example | locked | ",
  ]);
});

test("one person who stands twice is one, locked where any entry is", () => {
  const text = scim(
    user("ada", { externalId: "1", groups: [{ display: "a" }] }),
    user("other", { emails: [{ value: "ada@corp.example" }], active: false }),
    user("ADA", { emails: [{ value: "ada@corp.example" }], groups: [{ display: "b" }] }),
    user("bob"),
  );
  expect(brief(text)).toEqual([
    "ada+other | 1 | ada@corp.example | locked | a+b",
    "bob |  |  | active | none",
  ]);
});

test.each<[string, string, string]>([
  ["no JSON", "{", "it is no JSON"],
  ["another message", '{"schemas":["x"],"totalResults":0,"Resources":[]}', "no ListResponse"],
  [
    "one page of two",
    JSON.stringify({ schemas: [LIST], totalResults: 2, Resources: [user("ada")] }),
    "1 of 2 entries",
  ],
  ["nobody", scim(), "it holds nobody"],
  ["an active that is a text", scim(user("a", { active: "false" })), "entry 1: `active` is not"],
  ["no name", scim(user("a"), { schemas: [USER] }), "entry 2: `userName` is not"],
  ["an empty name", scim(user(" ")), "entry 1: `userName` is empty"],
  ["a name that is too long", scim(user("x".repeat(300))), "entry 1: `userName` is not"],
  ["a group without a name", scim({ schemas: [GROUP] }), "entry 1: `displayName` is not"],
  ["CSV without a name", "colour,active\nred,true\n", "its first line names none of"],
  ["a column twice", "email,mail\na,b\n", "names `mail` twice"],
  ["a row that is too short", "userName,active\nada\n", "row 2: it has 1 fields"],
  ["a word for active", "userName,active\nada,perhaps\n", "row 2: whether it is active"],
  ["a row of nobody", "userName,active\n ,true\n", "row 2: it names nobody"],
  ["a quote that does not end", 'userName\n"ada\n', "row 2: a quote stands"],
  ["a quote inside", 'userName\na"da\n', "row 2: a quote stands"],
  ["too many rows", `userName\n${"a\n".repeat(USERS_MAX + 1)}`, `more than ${USERS_MAX} rows`],
  ["nothing", "", "its first line names none of"],
])("refused: %s", (_name, text, why) => {
  const read = readDirectory(text);
  expect(read).toEqual({ kind: "fault", why: expect.stringContaining(why) as string });
});

test("a fault repeats nothing that stands in the file", () => {
  for (const text of [scim(user("ada", { active: "s3cret" })), "userName,active\nada,s3cret\n"])
    expect(JSON.stringify(readDirectory(text))).not.toMatch(/s3cret|ada/);
});

test("who a login is: its id first, then its name, then its address; a lock before all", () => {
  const find = personFinder(
    users(
      scim(
        user("ada", { externalId: "1" }),
        user("bob", { externalId: "2", active: false }),
        user("eve", { emails: [{ value: "eve@corp.example" }] }),
      ),
    ),
  );
  const who = (id: string, name = "", email = "") => {
    const found = find({ ids: [id], names: [name], emails: [email] });
    return found.kind === "found" ? found.user.userNames[0] : found.kind;
  };
  expect(who("1", "eve")).toBe("ada");
  expect(who("1", "BOB")).toBe("locked");
  expect(who("2", "ada")).toBe("locked");
  expect(who("9", "Ada")).toBe("ada");
  expect(who("9", "nobody", "EVE@corp.example")).toBe("eve");
  expect(who("9", "nobody")).toBe("nobody");
  expect(find({ ids: [], names: ["ada", "eve"], emails: [] })).toEqual({ kind: "several" });
});
