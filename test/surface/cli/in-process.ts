// The command line inside of a test's own process: for tests of what a command says, in which a process of its own would only take time.
import { openTerminal } from "#surface/foundation/terminal/terminal.ts";
import { runCommandLine } from "#surface/cli/command-line.ts";

export type Said = { readonly code: number; readonly out: string; readonly err: string };

/**
 * Runs a command line, with these variables alone, and gives what it said; one after the other, for both outputs are the
 * process's own. The working directory is the test's: name what a command is to look at.
 */
export async function runHere(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Said> {
  const [out, err]: [string[], string[]] = [[], []];
  const restore = [
    environmentOf(environment),
    heard(process.stdout, out),
    heard(process.stderr, err),
  ];
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    const code = await runCommandLine(args, openTerminal(), process.env);
    const ended = code ?? Number(process.exitCode ?? 0);
    return { code: ended, out: out.join(""), err: err.join("") };
  } finally {
    for (const back of restore) back();
    process.exitCode = before;
  }
}

function heard(stream: NodeJS.WriteStream, into: string[]): () => void {
  const { write } = stream;
  const take: typeof write = (chunk: Uint8Array | string, ...more: readonly unknown[]) => {
    into.push(typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8"));
    const done = more.find((one) => typeof one === "function");
    if (done !== undefined) queueMicrotask(() => void Reflect.apply(done, undefined, []));
    return true;
  };
  stream.write = take;
  return () => {
    stream.write = write;
  };
}

function environmentOf(wanted: Readonly<Record<string, string>>): () => void {
  const before = { ...process.env };
  const only = (variables: Readonly<Record<string, string | undefined>>): void => {
    for (const name of Object.keys(process.env))
      if (!Object.hasOwn(variables, name)) delete process.env[name];
    Object.assign(process.env, variables);
  };
  only(wanted);
  return () => only(before);
}
