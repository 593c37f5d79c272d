// Every tool of the client and each of its fields that takes any text: which may name a file, and which are only words.

/** Fields of one tool. `files` get the canary in each place, format and spelling, and a guess beside it. */
export type KnownTool = { readonly files: readonly string[]; readonly texts: readonly string[] };

/** By name. A tool or field that is not here is unknown to the measurement, which says so and fails. */
export const KNOWN_TOOLS: Readonly<Record<string, KnownTool>> = {
  Agent: { files: ["subagent_type"], texts: ["description", "prompt"] },
  AskUserQuestion: {
    files: [],
    texts: [
      "questions[].question",
      "questions[].header",
      "questions[].options[].label",
      "questions[].options[].description",
      "questions[].options[].preview",
      "answers.*",
      "annotations.*.preview",
      "annotations.*.notes",
      "metadata.source",
    ],
  },
  Bash: { files: [], texts: ["command", "description"] },
  CronCreate: { files: [], texts: ["cron", "prompt"] },
  CronDelete: { files: [], texts: ["id"] },
  CronList: { files: [], texts: [] },
  Edit: { files: ["file_path"], texts: ["old_string", "new_string"] },
  EnterPlanMode: { files: [], texts: [] },
  EnterWorktree: { files: ["path", "name"], texts: [] },
  ExitPlanMode: { files: [], texts: ["allowedPrompts[].prompt"] },
  ExitWorktree: { files: [], texts: [] },
  Glob: { files: ["path", "pattern"], texts: [] },
  Grep: { files: ["path", "glob"], texts: ["pattern", "type"] },
  LSP: { files: ["filePath"], texts: ["query"] },
  ListAgents: { files: [], texts: ["channel", "q", "cursor"] },
  ListMcpResourcesTool: { files: [], texts: ["server"] },
  Monitor: { files: ["ws.url"], texts: ["description", "command", "ws.protocols[]"] },
  NotebookEdit: { files: ["notebook_path"], texts: ["cell_id", "new_source"] },
  PowerShell: { files: [], texts: ["command", "description"] },
  Read: { files: ["file_path"], texts: ["pages"] },
  ReadMcpResourceDirTool: { files: ["uri"], texts: ["server"] },
  ReadMcpResourceTool: { files: ["uri"], texts: ["server"] },
  ReportFindings: {
    files: ["findings[].file"],
    texts: [
      "findings[].summary",
      "findings[].short_summary",
      "findings[].failure_scenario",
      "findings[].category",
    ],
  },
  ScheduleWakeup: { files: [], texts: ["reason", "prompt"] },
  SendMessage: { files: ["to"], texts: ["summary", "message"] },
  SendUserMessage: {
    files: ["attachments[]"],
    texts: [
      "message",
      "attachments[].file_uuid",
      "attachments[].file_name",
      "attachments[].media_type",
    ],
  },
  Skill: { files: ["skill"], texts: ["args"] },
  StructuredOutput: { files: [], texts: ["said"] },
  TaskCreate: { files: [], texts: ["subject", "description", "activeForm", "metadata.*"] },
  TaskGet: { files: [], texts: ["taskId"] },
  TaskList: { files: [], texts: [] },
  TaskStop: { files: [], texts: ["task_id", "shell_id"] },
  TaskUpdate: {
    files: [],
    texts: [
      "taskId",
      "subject",
      "description",
      "activeForm",
      "addBlocks[]",
      "addBlockedBy[]",
      "owner",
      "metadata.*",
    ],
  },
  WebFetch: { files: ["url"], texts: ["prompt"] },
  WebSearch: { files: [], texts: ["query", "allowed_domains[]", "blocked_domains[]"] },
  Workflow: {
    files: ["scriptPath", "name"],
    texts: ["script", "description", "title", "args", "resumeFromRunId"],
  },
  Write: { files: ["file_path"], texts: ["content"] },
};
