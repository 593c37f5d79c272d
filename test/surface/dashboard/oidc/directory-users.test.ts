// Logins by a real provider beside a file of people: who is locked there is out within a minute, whatever the provider says.
import { chmodSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { readUsersFile } from "#surface/dashboard/oidc/directory-users.ts";
import { freshDirectory } from "../../daemon/daemon-stand.ts";
import { api } from "../served.ts";
import { provide, type Provided } from "./provided.ts";

const room = freshDirectory();
const file = join(room.path, "people.json");
let provided: Provided;
beforeAll(async () => {
  provided = await provide();
});
afterAll(async () => {
  await provided.close();
  room.remove();
});
beforeEach(async () => {
  for (const { id } of provided.served.logins.alive()) provided.served.logins.end(id);
  provided.wait(61_000);
  await provided.logins.check();
  provided.rightClock();
  provided.notes.length = 0;
  provided.lines.length = 0;
  provided.provider.people.set("ada", { groups: ["owners"] });
  people({ userName: "ada", active: true });
  provided.change({ users: file });
});

/** Writes the file as an export does: anew, and in one step. */
function people(...all: readonly object[]): void {
  write(
    JSON.stringify({
      schemas: ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
      totalResults: all.length,
      Resources: all.map((one) => ({ externalId: "ada", ...one })),
    }),
  );
}
function write(text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
const status = async (bearer: string): Promise<number> =>
  (await provided.served.ask("GET", api("/me"), { bearer })).status;
const halfMinute = async (): Promise<void> => {
  provided.wait(30_000);
  await provided.logins.check();
};

test("who is active there logs in, with the role of the provider's groups where it names none", async () => {
  const { bearer } = await provided.logIn("ada");
  const { json } = await provided.served.ask("GET", api("/me"), { bearer });
  expect(json).toMatchObject({ role: "administrator" });
  await halfMinute();
  expect(await status(bearer)).toBe(200);
});

test("groups of the file count before those of the provider", async () => {
  people({ userName: "ada", groups: [{ display: "lookers" }] });
  const { bearer } = await provided.logIn("ada");
  const { json } = await provided.served.ask("GET", api("/me"), { bearer });
  expect(json).toMatchObject({ role: "viewer" });
  people({ userName: "ada", groups: [] });
  await halfMinute();
  expect(await status(bearer)).toBe(401);
});

test("who is made inactive is out within a minute while the provider still says yes", async () => {
  const { bearer } = await provided.logIn("ada");
  provided.notes.length = 0;
  people({ userName: "ada", active: false });
  await halfMinute();
  expect(await status(bearer)).toBe(401);
  expect(provided.notes.map(({ what, page }) => `${what} ${page}`)).toEqual([
    "locked-out /oidc/check/locked",
  ]);
  expect((await provided.logIn("ada")).refused).toBe("locked");
  people({ userName: "ada", active: true });
  expect((await provided.logIn("ada")).refused).toBe("");
});

test("who leaves the file is out within a minute", async () => {
  const { bearer } = await provided.logIn("ada");
  people({ userName: "bob", externalId: "bob" });
  await halfMinute();
  expect(await status(bearer)).toBe(401);
  expect((await provided.logIn("ada")).refused).toBe("unknown");
});

test.each([
  ["is gone", () => rmSync(file)],
  ["is half written", () => write('{"schemas":')],
  ["can be read by others", () => chmodSync(file, 0o644)],
  ["is too large", () => write(" ".repeat(16 * 1024 * 1024 + 1))],
])("nobody logs in, and who is in leaves within a minute, when the file %s", async (_, spoil) => {
  const { bearer } = await provided.logIn("ada");
  spoil();
  expect((await provided.logIn("ada")).refused).toBe("directory");
  for (let round = 0; round < 3; round += 1) await halfMinute();
  expect(await status(bearer)).toBe(401);
  expect(provided.lines.join()).toContain("is not taken");
  expect(provided.lines.join()).not.toContain("schemas");
});

test("a file is told for what is wrong with it", async () => {
  await expect(readUsersFile(room.path)).rejects.toThrow("is not taken");
  await expect(readUsersFile(join(room.path, "none"))).rejects.toThrow("it cannot be read");
  chmodSync(file, 0o640);
  await expect(readUsersFile(file)).rejects.toThrow("chmod 600");
});
