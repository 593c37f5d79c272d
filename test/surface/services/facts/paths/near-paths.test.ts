// Which paths are looked at without a thread, and that they are looked at anew each time.
import { rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";
import { queryKey } from "#guard/facts/facts.ts";
import { answerNow, gatherFacts } from "#surface/services/facts/gather.ts";
import { createNearPaths } from "#surface/services/facts/paths/near-paths.ts";
import { makeTree } from "../tree.ts";

const ask = (path: string) => [{ kind: "path", path } as const];

const trees: { readonly remove: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const tree of trees.splice(0)) await tree.remove();
});

async function freshTree(files: Readonly<Record<string, string>>) {
  const tree = await makeTree(files);
  trees.push(tree);
  return tree;
}

/** Asks through a thread once, so that what is on a near disk is known. */
async function seenTree(files: Readonly<Record<string, string>>) {
  const tree = await freshTree(files);
  const near = createNearPaths(["/", tree.root]);
  for (const name of Object.keys(files)) {
    await gatherFacts(ask(`${tree.root}/${name}`), { home: "/nonexistent", near });
  }
  return { root: tree.root, near };
}

describe("near paths", () => {
  test("are far until a look through a thread has found them on the disk of our files", async () => {
    const { root } = await freshTree({ "a.txt": "a" });
    const near = createNearPaths(["/", root]);
    expect(near.look(`${root}/a.txt`)).toBe("far");
    near.note(`${root}/a.txt`, statSync(root).dev + 1_000_000);
    expect(near.look(`${root}/a.txt`)).toBe("far");
    near.note(`${root}/a.txt`, statSync(root).dev);
    expect(near.look(`${root}/a.txt`)).toEqual({ kind: "file", links: 1 });
  });

  test("give the answers that a thread gives", async () => {
    const { root, near } = await seenTree({ "a.txt": "a", "sub/b.txt": "b" });
    for (const name of ["a.txt", "sub/b.txt", "sub", "sub/../a.txt", "./sub//b.txt"]) {
      const queries = ask(`${root}/${name}`);
      expect(answerNow(queries, near)).toEqual(
        await gatherFacts(queries, { home: "/nonexistent" }),
      );
    }
  });

  test("show a file that became a link to another place, once that place is near, too", async () => {
    const { root, near } = await seenTree({ "a.txt": "a", secret: "s" });
    rmSync(`${root}/a.txt`);
    symlinkSync("secret", `${root}/a.txt`);
    const key = queryKey({ kind: "path", path: `${root}/a.txt` });
    expect(answerNow(ask(`${root}/a.txt`), near)?.get(key)).toMatchObject({
      real: `${root}/secret`,
    });
  });

  test("that vanished are missing, and far from then on", async () => {
    const { root, near } = await seenTree({ "a.txt": "a" });
    rmSync(`${root}/a.txt`);
    const key = queryKey({ kind: "path", path: `${root}/a.txt` });
    expect(answerNow(ask(`${root}/a.txt`), near)?.get(key)).toMatchObject({ type: "missing" });
    writeFileSync(`${root}/a.txt`, "again");
    expect(answerNow(ask(`${root}/a.txt`), near)).toBeUndefined();
  });

  test("are not asked for anything but paths, nor for very many of them", async () => {
    const { root, near } = await seenTree({ "a.txt": "a" });
    expect(answerNow([{ kind: "text", path: `${root}/a.txt` }], near)).toBeUndefined();
    const many = Array.from({ length: 33 }, () => ask(`${root}/a.txt`)).flat();
    expect(answerNow(many, near)).toBeUndefined();
    expect(answerNow(ask(`${root}/a.txt`), undefined)).toBeUndefined();
  });

  test("are bounded in number", async () => {
    const { root } = await freshTree({ "a.txt": "a" });
    const near = createNearPaths([root]);
    const device = statSync(root).dev;
    near.note(`${root}/a.txt`, device);
    for (let at = 0; at < 4_096; at += 1) near.note(`${root}/${at}`, device);
    expect(near.look(`${root}/a.txt`)).toBe("far");
  });
});
