// The command line that does or prints the same, to copy.
import { useEffect, useState } from "preact/hooks";
import { useAnnounce } from "../core/app.ts";
import { Icon } from "./icon.tsx";
import { Text } from "./text.tsx";

const COPIED_MS = 2_000;

export function Command(props: {
  readonly line: string | undefined;
  /** What stands before it; none shows the line alone. */
  readonly label?: string;
}) {
  const { line, label } = props;
  if (line === undefined || line === "") return null;
  return (
    <div class="command">
      {label !== undefined && <span class="command-label">{label}</span>}
      <span class="command-line">
        <Text value={line} limit={600} isCode />
      </span>
      <CopyButton text={line} what="command" />
    </div>
  );
}

export function CopyButton({ text, what }: { readonly text: string; readonly what: string }) {
  const announce = useAnnounce();
  const [state, setState] = useState<"idle" | "copied" | "refused">("idle");
  useEffect(() => {
    if (state === "idle") return;
    const timer = setTimeout(() => setState("idle"), COPIED_MS);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setState("copied");
      announce(`${what} copied`);
    } catch {
      setState("refused");
      announce(`the browser did not let the ${what} be copied: select it and copy it by hand`);
    }
  };
  const word = { idle: "Copy", copied: "Copied", refused: "Select it" }[state];
  return (
    <button type="button" class="copy" aria-label={`Copy ${what}`} onClick={() => void copy()}>
      <Icon name={state === "copied" ? "done" : "copy"} />
      <span aria-hidden="true">{word}</span>
    </button>
  );
}
