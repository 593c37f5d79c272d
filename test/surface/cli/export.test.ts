// `sallyport export` as a person runs it: the targets, how they stand, exit codes; and what exports.yaml may not say.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openDeliveryStore } from "#record/store/delivery-store.ts";
import { emptyRecord } from "#record/delivery/delivery-record.ts";
import { parseTargets, readTargets } from "#surface/services/export/targets-file.ts";
import { repositoryName } from "#surface/services/export/join-keys.ts";
import { appendMany, withLog, withLogDirectories } from "../../record/store/temporary-log.ts";
import { openTargetStand } from "../services/export/target-stand.ts";
import { withoutTerminal } from "./typed.ts";

describe("sallyport export", () => {
  it("lists, tests, resumes and tells how deliveries stand", async () => {
    await withLogDirectories(async (options, root) => {
      await withLog(options, (log) => appendMany(log, 3));
      const target = await openTargetStand(() => ({ status: 503 }));
      try {
        writeFileSync(
          join(root, "exports.yaml"),
          `targets:\n  - { name: siem, to: http, url: "${target.url}/in", personal: { user: clear } }\n`,
          { mode: 0o600 },
        );
        const person = { data: root, home: root };
        const [list, tried, status, resumed] = await Promise.all([
          withoutTerminal(person, "export", "list"),
          withoutTerminal(person, "export", "test", "siem", "--json"),
          withoutTerminal(person, "export", "status", "--json"),
          withoutTerminal(person, "export", "resume", "siem"),
        ]);
        expect(list).toEqual({
          code: 0,
          text: `siem  http ${target.url}/in  user=clear host=pseudonym repository=pseudonym branch=pseudonym commit=clear job=clear file=omit\n`,
        });
        expect(tried.code).toBe(1);
        expect(JSON.parse(tried.text)).toMatchObject({ isTaken: false, reason: "answers 503" });
        expect(target.seen[0]?.body.toString("utf8")).toContain('"kind":"test"');
        // Nothing was ever delivered: somebody has to look.
        expect(status.code).toBe(1);
        expect(
          JSON.parse(status.text.split("\n").find((line) => line.startsWith("{")) ?? ""),
        ).toMatchObject({ name: "siem", waiting: 3, delivered: 0 });
        expect(resumed.code).toBe(0);
        const store = openDeliveryStore(join(root, "exports", "siem"));
        expect(await store.takeResume()).toEqual({ withDead: false });
        expect(await store.takeResume()).toBeUndefined();
        const unknown = await withoutTerminal(person, "export", "test", "other");
        expect(unknown.code).toBe(2);
        expect(unknown.text).toContain("it has siem");
      } finally {
        await target.close();
      }
    });
  });
});

describe("exports.yaml", () => {
  const fault = (text: string) => {
    try {
      parseTargets(text, "exports.yaml");
    } catch (error) {
      return error as { readonly code: string; readonly message: string; readonly at: unknown };
    }
    throw new Error("it was taken");
  };
  it("takes a reference to a secret and never the secret, which it does not repeat", () => {
    const found = fault(
      "targets:\n  - name: a\n    to: splunk-hec\n    url: https://splunk.example.com\n    token: 8d1f5c1e-plain-text\n",
    );
    expect(found.message).toContain("stands here as a reference");
    expect(found.message).not.toContain("8d1f5c1e");
    expect(found.at).toEqual({ file: "exports.yaml", line: 5, column: 12 });
  });
  it.each([
    ["http://siem.example.com", "an address is `https://...`"],
    ["https://me:pass@siem.example.com", "an address is `https://...`"],
  ])("refuses the address %s", (url, message) => {
    const found = fault(`targets: [{ name: a, to: http, url: "${url}" }]`);
    expect(found.message).toContain(message);
    expect(found.message).not.toContain("pass@");
  });
  it.each([
    ["targets: [{ name: a, to: nowhere }]", "targets.0.to"],
    ["targets: [{ name: A b, to: file, path: /x }]", "a name is a letter"],
    ["targets: [{ name: a, to: file, path: x }]", "a path is absolute"],
    ["targets: [{ name: a, to: file, path: /x, more: 1 }]", "more"],
    ["targets: [{ name: a, to: file, path: /x }, { name: a, to: file, path: /y }]", "two targets"],
    ["targets: [{ name: a, to: file, path: /x, personal: { mail: clear } }]", "mail"],
  ])("%s: %s", (text, message) => {
    expect(fault(text).message).toContain(message);
  });
  it("may be missing", () => {
    expect(readTargets("/nonexistent/exports.yaml")).toEqual([]);
  });
});

describe("a delivery's record", () => {
  it("is never silently begun anew when it is damaged", async () => {
    await withLogDirectories(async (_options, root) => {
      const store = openDeliveryStore(join(root, "siem"));
      await store.write(emptyRecord("sallyport/test", 7));
      expect(await store.read()).toMatchObject({ next: 7 });
      writeFileSync(join(root, "siem", "delivery.json"), '{"version":1,"next":-1}');
      await expect(store.read()).rejects.toMatchObject({ code: "delivery-damaged" });
    });
  });
});

it.each([
  ["git@git.example.com:team/app.git", "git.example.com/team/app"],
  ["https://me:token@git.example.com/team/app.git", "git.example.com/team/app"],
  ["ssh://git@git.example.com:2222/team/app", "git.example.com/team/app"],
  ["/srv/git/app.git", undefined],
])("the repository of %s is %s", (url, name) => {
  expect(repositoryName(url)).toBe(name);
});
