// Things within things, opened one by one; and any JSON value as such a tree.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Text } from "./text.tsx";
import { formatCount } from "./time-text.ts";

export type TreeNode = {
  readonly key: string;
  readonly label: ComponentChildren;
  readonly children?: readonly TreeNode[];
  /** Open at first. */
  readonly isOpen?: boolean;
};

const CHILDREN = 100;
const DEPTH_MAX = 32;

export function Tree({
  nodes,
  label,
}: {
  readonly nodes: readonly TreeNode[];
  readonly label?: string;
}) {
  const [count, setCount] = useState(CHILDREN);
  return (
    <ul class="tree" {...(label === undefined ? {} : { "aria-label": label })}>
      {nodes.slice(0, count).map((node) => (
        <li key={node.key}>
          <Branch node={node} />
        </li>
      ))}
      {nodes.length > count && (
        <li>
          <button type="button" class="text-more" onClick={() => setCount(count + 10 * CHILDREN)}>
            {`${formatCount(nodes.length - count)} more`}
          </button>
        </li>
      )}
    </ul>
  );
}

function Branch({ node }: { readonly node: TreeNode }) {
  const [isOpen, setOpen] = useState(node.isOpen === true);
  if (node.children === undefined || node.children.length === 0)
    return <div class="tree-leaf">{node.label}</div>;
  return (
    <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{node.label}</summary>
      {isOpen && <Tree nodes={node.children} />}
    </details>
  );
}

/** A JSON value as nodes: names, then texts as they are. */
export function treeOf(value: unknown, depth = 0): readonly TreeNode[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).map(([key, held]) => {
    const children = depth < DEPTH_MAX ? treeOf(held, depth + 1) : [];
    const name = (
      <span class="tree-name">
        <Text value={key} limit={120} isCode />
      </span>
    );
    const label =
      typeof held === "object" && held !== null ? (
        <>
          {name} <span class="quiet">{sizeOf(held)}</span>
        </>
      ) : (
        <>
          {name} <Text value={String(held)} isCode isMultiline />
        </>
      );
    return { key, label, children, isOpen: depth < 1 };
  });
}

function sizeOf(held: object): string {
  const count = Object.keys(held).length;
  if (count === 0) return Array.isArray(held) ? "empty list" : "nothing";
  if (!Array.isArray(held)) return "";
  return count === 1 ? "1 item" : `${formatCount(count)} items`;
}
