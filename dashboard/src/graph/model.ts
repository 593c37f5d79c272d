// The action graph as the page has it, and where its nodes stand once they are arranged.

export type GraphNode = {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  /** Members of a group. */
  readonly count?: number;
  readonly refused?: number;
  /** The group that it came out of. */
  readonly group?: string;
};
export type GraphEdge = {
  readonly from: string;
  readonly to: string;
  readonly kind: string;
  /** The event of the log that it was first seen in. */
  readonly index: number;
  readonly count: number;
  readonly labels: readonly string[];
};

/** Middles of nodes by their place in the list, in units of the drawing; `width` and `height` of all of it. */
export type Arrangement = {
  readonly xs: Float32Array;
  readonly ys: Float32Array;
  readonly width: number;
  readonly height: number;
};

export const NODE_WIDTH = 176;
export const NODE_HEIGHT = 26;
