// Tools of the client that only organise its own work. What they set in motion comes back as calls of its own.

const HARMLESS: ReadonlySet<string> = new Set([
  ...[
    "ToolSearch",
    "TodoWrite",
    "TodoRead",
    "TaskCreate",
    "TaskGet",
    "TaskList",
    "TaskUpdate",
    "TaskStop",
    "TaskOutput",
  ],
  ...[
    "ListAgents",
    "ReportFindings",
    "AskUserQuestion",
    "EnterPlanMode",
    "ExitPlanMode",
    "Agent",
    "Task",
  ],
]);

/** Whether a tool has no effect of its own on files, hosts or programs. An agent's calls are judged one by one. */
export function harmlessTool(name: string): boolean {
  return HARMLESS.has(name);
}
