// The five lines before a question say of a policy what its rules do, whatever policy it is.
import { afterAll, expect, test } from "vitest";
import { DEEDS, foreseenVerdicts } from "#surface/cli/explain/sample-verdicts.ts";
import { compilePolicyFile, listPacks, loadPack } from "#surface/services/policy/policy-source.ts";
import { makeProject } from "../../../judging.ts";

const { project, home, remove } = makeProject();
afterAll(remove);
const foreseen = (policy: ReturnType<typeof loadPack>) =>
  foreseenVerdicts(policy, { root: project, home, data: `${home}/.local/share/sallyport` });
const commands = (deeds: readonly { readonly command: string }[]) =>
  deeds.map(({ command }) => command);

test("each profile that ships refuses some of the deeds and asks about some, and no deed is both", async () => {
  for (const { name, kind } of listPacks()) {
    if (kind !== "profile") continue;
    const { deny, ask } = await foreseen(loadPack(name));
    expect([name, deny.length > 0, ask.length > 0]).toEqual([name, true, true]);
    expect(commands(deny)).toEqual(expect.arrayContaining(["cat .env"]));
    expect(commands(ask).filter((one) => commands(deny).includes(one))).toEqual([]);
  }
});

test("a policy that leaves rules out is not told to have them", async () => {
  const text = `id: mine
version: "1"
title: Mine
extends: [team]
without: [history/local, secrets/read]
`;
  const all = await foreseen(loadPack("team"));
  const fewer = await foreseen(compilePolicyFile(text, "/mine.yaml"));
  expect(commands(all.ask)).toContain("git gc --prune=now");
  expect(commands(fewer.ask)).not.toContain("git gc --prune=now");
  expect(commands(fewer.deny)).not.toContain("cat .env");
});

test("each deed has words and a command of its own", () => {
  for (const part of ["words", "command"] as const)
    expect(new Set(DEEDS.map((deed) => deed[part])).size).toBe(DEEDS.length);
});
