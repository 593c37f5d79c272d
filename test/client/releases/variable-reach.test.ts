// Variables of a repository's settings in the real client: those that the catalogue lists as ignored are, and others work.
import { describe, expect, it, type TestContext } from "vitest";
import { loadCatalogue } from "#surface/foundation/product/shipped-data.ts";
import { cataloguedClient, clientToProve, findClient, pinnedClient } from "../client-binary.ts";
import { measureReach, type Reach } from "./variable-reach.ts";

const { start_only: ignored } = loadCatalogue();
// Of another release that is being proven, names that came later are left out.
const isOther = clientToProve() !== undefined;
const client = await findClient(undefined, isOther ? pinnedClient : cataloguedClient);
const SESSION_MS = 120_000;

describe("variables that a repository sets", () => {
  it("are ignored by the client where the catalogue says so, every one", {
    timeout: 4 * SESSION_MS,
  }, async (context: TestContext) => {
    if (client.kind === "missing") context.skip(client.reason);
    const names = ignored
      .filter((one) => one.until === undefined && !(isOther && one.since !== undefined))
      .map(({ name }) => name.replace(/\*$/, "ANY"));
    const found = await measureReach(client.path, names);
    expect(names.length).toBeGreaterThan(200);
    expect([...found].filter(([, reach]) => reach !== "ignored")).toEqual([]);
  });
  it("work where it does not, as those by which a session is moved or code is run", {
    timeout: SESSION_MS,
  }, async (context: TestContext) => {
    if (client.kind === "missing") context.skip(client.reason);
    const names = [
      "PATH",
      "BASH_ENV",
      "GIT_SSH_COMMAND",
      "HTTPS_PROXY",
      "NODE_EXTRA_CA_CERTS",
      "PAGER",
    ];
    const found = await measureReach(client.path, names);
    const works = names.map((name): readonly [string, Reach] => [name, "works"]);
    expect([...found]).toEqual(works);
  });
});
