// What the page holds as a file: made in the browser, kept by the person.
import type { ComponentChildren } from "preact";

/** Saves a text, or bytes, under a name. */
export function saveText(name: string, type: string, text: string | Uint8Array<ArrayBuffer>): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser has begun to read it by the next turn.
  setTimeout(() => URL.revokeObjectURL(address), 0);
}

export function Download(props: {
  readonly name: string;
  readonly type: string;
  /** Made when it is asked for. */
  readonly text: () => string;
  readonly children: ComponentChildren;
}) {
  return (
    <button
      type="button"
      class="button"
      onClick={() => saveText(props.name, props.type, props.text())}
    >
      {props.children}
    </button>
  );
}
