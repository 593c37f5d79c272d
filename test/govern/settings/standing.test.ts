// What still stands of an insertion: our own part unaltered, everything of other people left out of account.
import { describe, expect, it } from "vitest";
import { buildInsertion } from "#govern/settings/hook-entries.ts";
import { addToSettings } from "#govern/settings/settings-edit.ts";
import { missingFrom } from "#govern/settings/standing.ts";

type Content = {
  env: Record<string, string>;
  hooks: Record<string, { matcher?: string; hooks: Record<string, string | number>[] }[]>;
};

const target = {
  port: 21_234,
  token: "tokentokentokentokentokentokentokentokentok",
  caBundlePath: "/data/tls/ca-bundle.pem",
  commandPath: "/home/ada/.local/share/sallyport/bin/sallyport",
  lockFile: "/home/ada/.local/share/sallyport/daemon.lock",
};
const insertion = buildInsertion(target, (name) => (name === "NO_PROXY" ? "a.example" : undefined));

function after(change: (content: Content) => void) {
  const content: Content = JSON.parse(addToSettings(undefined, insertion, "settings").text);
  change(content);
  return missingFrom(content, insertion);
}

describe("what is missing", () => {
  it("is nothing when it was just written, or when only others' entries came", () => {
    expect(after(() => undefined)).toEqual([]);
    expect(
      after(({ env, hooks }) => {
        env["NO_PROXY"] = "b.example, localhost, 127.0.0.1 ,a.example";
        env["EDITOR"] = "vi";
        hooks["MessageDisplay"] = [{ hooks: [{ type: "command", command: "x" }] }];
        hooks["PreToolUse"]?.[0]?.hooks.push({ type: "command", command: "x" });
      }),
    ).toEqual([]);
  });
  it("is named by event and variable", () => {
    expect(
      after(({ env, hooks }) => {
        delete hooks["ConfigChange"];
        const [handler] = hooks["SessionStart"]?.[0]?.hooks ?? [];
        if (handler !== undefined) handler["timeout"] = 1;
        env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
        env["no_proxy"] = "a.example,localhost";
      }),
    ).toEqual([
      { kind: "hook", event: "SessionStart" },
      { kind: "hook", event: "ConfigChange" },
      { kind: "variable", name: "NODE_TLS_REJECT_UNAUTHORIZED" },
      { kind: "variable", name: "no_proxy" },
    ]);
  });
  it.each([
    null,
    [],
    "x",
    { hooks: [], env: [] },
    { hooks: { PreToolUse: {} }, env: { NO_PROXY: 1 } },
  ])("is everything in %j", (content) => {
    expect(missingFrom(content, insertion)).toHaveLength(
      insertion.hooks.length + insertion.env.length,
    );
  });
});
