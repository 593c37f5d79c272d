// What the client says when it ends: its answer, and the calls that it did not let run.

/** A call that did not run. */
export type ClientDenial = { readonly tool: string; readonly id: string };

/** The end of a run by the client's own last event; empty where there is none. */
export type ClientEnding = { readonly answer: string; readonly denials: readonly ClientDenial[] };

const DENIALS_MAX = 1_000;

/** Reads the output of `--output-format stream-json`, or of `json`. Any text gives an ending. */
export function clientEnding(output: string): ClientEnding {
  const lines = output.trimEnd().split("\n");
  for (let at = lines.length - 1; at >= 0; at -= 1) {
    const event = objectOf(lines[at] ?? "");
    if (event?.["type"] !== "result") continue;
    const { result, permission_denials: denials } = event;
    return {
      answer: typeof result === "string" ? result : "",
      denials: (Array.isArray(denials) ? denials.slice(0, DENIALS_MAX) : []).flatMap(denialOf),
    };
  }
  return { answer: "", denials: [] };
}

function denialOf(value: unknown): readonly ClientDenial[] {
  const { tool_name: tool, tool_use_id: id } = Object(value) as Record<string, unknown>;
  return typeof tool === "string" && typeof id === "string" ? [{ tool, id }] : [];
}

function objectOf(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
