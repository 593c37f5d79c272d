// A person is erased from the index: no byte of what came out of their sealed fields is left, and everybody else is untouched.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { userPseudonym } from "#record/index/user-name.ts";
import { createLeafEncoder } from "#record/log/leaf.ts";
import { createSubject, type Subject } from "#record/log/subject.ts";
import { countIndex, searchIndex } from "#record/store/index/index-answers.ts";
import { checkIndex } from "#record/store/index/index-check.ts";
import { openIndexFile } from "#record/store/index/index-file.ts";
import type { IndexRow } from "#record/store/index/index-row.ts";
import { createRowMaker } from "#record/store/index/index-follow.ts";
import { generatedEvents } from "../generated-events.ts";
import { generatedStamps } from "../generated-index.ts";

const COUNT = 600;

/** Rows of one person's events, from `first` on; every command holds a word that nobody else has. */
function rowsOf(subject: Subject, first: number, canary: string): readonly IndexRow[] {
  const encode = createLeafEncoder(() => new Uint8Array(12));
  const stampAt = generatedStamps();
  const team = {
    seed: first + 1,
    count: COUNT,
    users: 1,
    startMs: 1_772_323_200_000,
    endMs: 1_772_409_600_000,
  };
  const rowOf = createRowMaker({ subjects: () => subject, texts: undefined, standIn: undefined });
  const rows: IndexRow[] = [];
  for (const { id, metadata, sealed } of generatedEvents(team, stampAt)) {
    const command = sealed?.["command"];
    const content =
      sealed === undefined
        ? undefined
        : {
            ...sealed,
            user: canary,
            ...(typeof command === "string"
              ? { command: `${command} <word:${canary.toUpperCase()}>` }
              : {}),
          };
    const bytes = encode({
      id,
      metadata,
      sections: content === undefined ? [] : [{ subject, content }],
    });
    rows.push(rowOf(first + rows.length, bytes));
  }
  return rows;
}

it("leaves no byte of one person, and all of another", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sallyport-index-"));
  const file = join(folder, "index", "events.db");
  const [gone, stays] = [
    createSubject(new Uint8Array(32).fill(1)),
    createSubject(new Uint8Array(32).fill(2)),
  ];
  try {
    const index = await openIndexFile(file, { key: "k" });
    const state = { indexed: 2 * COUNT, first: 0, origin: "a", lastHash: "" };
    index.append([...rowsOf(gone, 0, "zqgone99"), ...rowsOf(stays, COUNT, "zqstays7")], state);
    const count = () =>
      countIndex(index, { kind: "all", parts: [] }, { by: ["kind"], limit: 50, inOrder: true });
    const words = (text: string) =>
      searchIndex(
        index,
        { kind: "text", phrases: [{ words: [text], isOpen: false }] },
        { limit: 2_000, before: null, byRank: false },
      ).places;
    const before = { counts: count(), stays: words("zqstays7") };
    const pseudonym = userPseudonym(gone, "zqgone99");
    expect(words("zqgone99").length).toBeGreaterThan(50);
    index.settle();
    // The words and the pseudonym are there to be found; the name is sealed and never was.
    const traces = async () => {
      const bytes = await Promise.all(
        [file, `${file}-wal`].map((path) => readFile(path).catch(() => Buffer.alloc(0))),
      );
      const all = Buffer.concat(bytes);
      return [all.includes("zqgone99"), all.includes(pseudonym), all.includes(gone.id)];
    };
    expect(await traces()).toEqual([true, true, true]);
    expect(index.erase(gone.id)).toBeGreaterThan(300);
    expect(await traces()).toEqual([false, false, false]);
    expect({ counts: count(), stays: words("zqstays7") }).toEqual(before);
    expect(words("zqgone99")).toEqual([]);
    expect(index.names([userPseudonym(stays, "zqstays7"), pseudonym])).toHaveLength(1);
    expect(index.erase(gone.id)).toBe(0);
    // What was erased on purpose is no edit.
    if (index.upkeep === undefined) throw new Error("the index has no key");
    const steps = checkIndex(index, index.upkeep);
    let step = await steps.next();
    while (step.done !== true) step = await steps.next();
    expect(step.value.findings).toEqual([]);
    index.close();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
