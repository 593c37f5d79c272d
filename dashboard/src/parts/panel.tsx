// The frame of a page and of its parts: title, what it is about, the command that prints the same.
import type { ComponentChildren } from "preact";
import { useEffect, useId } from "preact/hooks";
import { useApp } from "../core/app.ts";
import { useStore } from "../core/store.ts";
import { Command } from "./command.tsx";
import { plainLine } from "./marks.ts";

/** A page: sets the document's title. The heading takes the focus when the reader comes here. */
export function PageFrame(props: {
  readonly title: string;
  readonly about?: ComponentChildren;
  /** The command line that prints what the page shows. */
  readonly command?: string | undefined;
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
}) {
  const { title, about, command, actions, children } = props;
  const needed = useStore(useApp().needed);
  useEffect(() => {
    const count = needed === 0 ? "" : `(${needed}) `;
    document.title = `${count}${plainLine(title, 200)} - sallyport`;
  }, [title, needed]);
  return (
    <div class="page">
      <header class="page-head">
        <div class="page-titles">
          <h1 tabIndex={-1}>{plainLine(title, 200)}</h1>
          {about !== undefined && <p class="page-about">{about}</p>}
        </div>
        {actions !== undefined && <div class="page-actions">{actions}</div>}
      </header>
      {children}
      {command !== undefined && (
        <footer class="page-foot">
          <Command line={command} label="In the terminal" />
        </footer>
      )}
    </div>
  );
}

export function Panel(props: {
  readonly title: string;
  readonly actions?: ComponentChildren;
  readonly isWide?: boolean;
  readonly children: ComponentChildren;
}) {
  const id = useId();
  return (
    <section class={`panel${props.isWide === true ? " panel-wide" : ""}`} aria-labelledby={id}>
      <div class="panel-head">
        <h2 id={id}>{plainLine(props.title, 200)}</h2>
        {props.actions}
      </div>
      {props.children}
    </section>
  );
}

/** Panels beside one another where there is room. */
export function Panels({ children }: { readonly children: ComponentChildren }) {
  return <div class="panels">{children}</div>;
}

/** Names and what they are, such as the fields of an event. */
export function Pairs(props: {
  readonly rows: readonly (readonly [name: string, value: ComponentChildren])[];
}) {
  return (
    <dl class="pairs">
      {props.rows.map(([name, value]) => (
        <div key={name} class="pair">
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
