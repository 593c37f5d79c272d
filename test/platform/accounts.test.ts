// Who has an account: read from lines that anybody may have broken.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { accountOf, groupNumber, isUserNumber, loginAccounts } from "#platform/accounts.ts";

function listed(passwd: string, defs = "UID_MIN 1000\nUID_MAX 60000\n") {
  const folder = mkdtempSync(join(tmpdir(), "sallyport-accounts-"));
  try {
    const files = { passwd: join(folder, "passwd"), defs: join(folder, "defs") };
    writeFileSync(files.passwd, passwd);
    writeFileSync(files.defs, defs);
    return loginAccounts(files).map(({ name, uid }) => `${name}:${uid}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("accounts that can log in", () => {
  it.each([
    [
      "root and people, and no service",
      "root:x:0:0::/root:/bin/sh\nwww:x:33:33::/:/bin/sh\nada:x:1000:1000::/home/ada:/bin/bash\n",
      ["root:0", "ada:1000"],
    ],
    [
      "one of several names of a number",
      "root:x:0:0::/root:/bin/sh\ntoor:x:0:0::/root:/bin/sh\n",
      ["root:0"],
    ],
    ["not nobody, who is past the bound", "nobody:x:65534:65534::/:/bin/sh\n", []],
    ["not who has no shell", "ada:x:1000:1000::/home/ada:/usr/sbin/nologin\n", []],
    [
      "no line that is cut off",
      "ada:x:1000\nbob:x:one:1::/:/bin/sh\n:x:1001:1001::/:/bin/sh\n\0\n",
      [],
    ],
    [
      "no number that is none",
      "ada:x:4294967295:1::/:/bin/sh\nbob:x:99999999999:1::/:/bin/sh\n",
      [],
    ],
  ] as const)("are %s", (_, passwd, wanted) => {
    expect(listed(passwd)).toEqual(wanted);
  });
  it("are bounded as the machine says", () => {
    expect(listed("ada:x:500:500::/:/bin/sh\n", "UID_MIN\t500\n")).toEqual(["ada:500"]);
  });
});

it.each([0, 1_000, 2 ** 31, 2 ** 32 - 2])("%i is the number of a user", (number) => {
  expect(isUserNumber(number)).toBe(true);
});
it.each([-1, 1.5, 2 ** 32 - 1, Number.NaN])("%d is none", (number) => {
  expect(isUserNumber(number)).toBe(false);
});

it.each(["", "--help", "a b", "../x", "x".repeat(100)])("there is no account %j", (name) => {
  expect(accountOf(name)).toBeUndefined();
});
it("the administrator is known by number and name, and a group by its name", () => {
  expect(accountOf(0)).toEqual(accountOf("root"));
  expect(groupNumber("root")).toBe(0);
  expect(groupNumber("no-such-group")).toBeUndefined();
});
