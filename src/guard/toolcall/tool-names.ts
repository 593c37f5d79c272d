// The client's own tools by name (2.1.328), so that what is new in a later client shows and names can be told from foreign text.

/** Tools whose input we give a shape. Older names of the same tools are among them. */
export const SHAPED_TOOLS = [
  "Agent",
  "Bash",
  "CronCreate",
  "Edit",
  "EnterWorktree",
  "ExitWorktree",
  "Glob",
  "Grep",
  "LS",
  "Monitor",
  "MultiEdit",
  "NotebookEdit",
  "NotebookRead",
  "Read",
  "ReadMcpResource",
  "ReadMcpResourceDir",
  "ReadMcpResourceDirTool",
  "ReadMcpResourceTool",
  "ScheduleWakeup",
  "SendMessage",
  "Skill",
  "SlashCommand",
  "Task",
  "WebFetch",
  "WebSearch",
  "Workflow",
  "Write",
] as const;

/**
 * Tools that only organise the client's own work: lists, plans, questions to the person, looking at and ending tasks that
 * are judged themselves.
 */
export const BOOKKEEPING_TOOLS = [
  "AskUserQuestion",
  "BashOutput",
  "CronDelete",
  "CronList",
  "EndConversation",
  "EnterPlanMode",
  "ExitPlanMode",
  "KillBash",
  "KillShell",
  "ListAgents",
  "ListMcpResources",
  "ListMcpResourcesTool",
  "ListPeers",
  "ProposeGoal",
  "ReadNotifications",
  "ReportFindings",
  "SetGoal",
  "TaskCreate",
  "TaskGet",
  "TaskList",
  "TaskOutput",
  "TaskStop",
  "TaskUpdate",
  "TodoRead",
  "TodoWrite",
  "ToolSearch",
  "WaitForMcpServers",
] as const;

/** Tools that we know by name and not by what they do: their effects are unknown. */
export const UNMODELLED_TOOLS = [
  "Artifact",
  "Brief",
  "ClaudeDesign",
  "Eval",
  "LSP",
  "OfferChromeSetup",
  "PowerShell",
  "Projects",
  "PushNotification",
  "REPL",
  "RemoteTrigger",
  "SendFeedback",
  "SendUserFile",
  "SendUserMessage",
  "ShareOnboardingGuide",
  "ShowOnboardingRolePicker",
  "SubagentHandback",
  "propose_skills",
] as const;

/** All names of the client's own tools: words that reveal nothing. */
export const CLIENT_TOOLS: ReadonlySet<string> = new Set([
  ...SHAPED_TOOLS,
  ...BOOKKEEPING_TOOLS,
  ...UNMODELLED_TOOLS,
]);
