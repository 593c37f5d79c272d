// The pinned client's tools and fields are all known, and with the rules that close the doors no answer depends on a secret unjudged.
import { beforeAll, describe, expect, test } from "vitest";
import { skipIfMissing } from "../../skipping.ts";
import { findClient } from "../client-binary.ts";
import { whyMissing } from "../machine.ts";
import { isHardLink, type Tried, tryCanaries, unknownFields } from "./try-canaries.ts";

/** Those that were seen to leak, and those that look into files; the whole table is measured by `npm run tool-canaries`. */
const TRIED = ["Edit", "NotebookEdit", "Read", "Workflow", "Write"];
let missing: string | undefined;
let bare: Tried;
let ruled: Tried;

beforeAll(async () => {
  missing = await whyMissing(["client"]);
  if (missing !== undefined) return;
  const found = await findClient();
  if (found.kind === "missing") throw new Error(found.reason);
  const trial = { client: found.path, mode: "bypassPermissions", isBrief: true, only: TRIED };
  bare = await tryCanaries({ ...trial, stand: "bare" });
  ruled = await tryCanaries({ ...trial, stand: "ruled" });
}, 240_000);

describe("calls that are answered before a hook", () => {
  test("are looked for in every tool and field that the client offers", (ctx) => {
    skipIfMissing(ctx, missing);
    expect(ruled.tools.length).toBeGreaterThan(30);
    expect(ruled.unknown).toEqual([]);
    const schema = { type: "object", properties: { target: { type: "string" } } };
    expect(unknownFields([{ name: "Edit", input_schema: schema }])).toEqual(["Edit.target"]);
    expect(unknownFields([{ name: "Newer", input_schema: schema }])).toEqual(["Newer"]);
  });
  test("tell of a file's content without our rules, by a guess of Edit and the words of Workflow", (ctx) => {
    skipIfMissing(ctx, missing);
    const leaking = bare.leaks.map(({ call }) => `${call.tool}.${call.field}`);
    expect([...new Set(leaking)].sort()).toEqual(["Edit.file_path", "Workflow.scriptPath"]);
  });
  test("tell nothing of it with them", (ctx) => {
    skipIfMissing(ctx, missing);
    expect(ruled.leaks.filter(({ call }) => !isHardLink(call))).toEqual([]);
    expect(ruled.calls.length).toBe(bare.calls.length);
  });
});
