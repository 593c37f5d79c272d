// Earlier trees that a log must begin with: what statements about it pin down, held against its entries in one pass.
import type { LogFault, PinnedBy } from "../report.ts";
import { createFrontier, emptyRoot, sameBytes } from "../tree.ts";

type Tree = { readonly size: number; readonly root: Uint8Array };

export type Pins = {
  add(tree: Tree, by: PinnedBy): void;
  /** Takes the next leaf hash of the log. */
  leaf(hash: Uint8Array): void;
  /** Reports what the leaves do not hold to; `size` is the log's. */
  judge(size: number): void;
};

/** Pins are added before the first leaf comes. */
export function createPins(report: (fault: LogFault) => void): Pins {
  const pins: { readonly tree: Tree; readonly by: PinnedBy; holds: boolean }[] = [];
  const frontier = createFrontier();
  let last = 0;
  return {
    add(tree, by) {
      const holds = tree.size === 0 && sameBytes(tree.root, emptyRoot());
      pins.push({ tree, by, holds });
      last = Math.max(last, tree.size);
    },
    leaf(hash) {
      if (frontier.size() >= last) return;
      frontier.add(hash);
      for (const pin of pins) {
        if (pin.tree.size === frontier.size())
          pin.holds = sameBytes(pin.tree.root, frontier.root());
      }
    },
    judge(size) {
      const failed = pins.filter(({ holds }) => !holds);
      for (const { tree, by } of failed) {
        if (tree.size > size) report({ kind: "rollback", size, trustedSize: tree.size });
        else
          report({
            kind: "rewritten-since-trusted",
            trustedSize: tree.size,
            ...(by === "trusted" ? {} : { by }),
          });
      }
    },
  };
}
