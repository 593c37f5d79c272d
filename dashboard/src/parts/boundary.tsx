// A page that breaks says so in its own place; the rest of the app goes on.
import { Component, type ComponentChildren } from "preact";
import { Text } from "./text.tsx";

type Props = { readonly children: ComponentChildren };

export class Boundary extends Component<Props, { readonly problem: string | undefined }> {
  override state = { problem: undefined };

  static override getDerivedStateFromError(cause: unknown) {
    return { problem: cause instanceof Error ? cause.message : String(cause) };
  }

  render() {
    const { problem } = this.state;
    if (problem === undefined) return this.props.children;
    return (
      <div class="page">
        <div class="fault" role="alert">
          <h1 tabIndex={-1}>This page broke</h1>
          <p>
            <Text value={problem} isCode />
          </p>
          <p>
            The rest of the dashboard works. Load the page again; if it breaks again, please report
            it.
          </p>
          <p class="fault-actions">
            <button type="button" class="button" onClick={() => location.reload()}>
              Load again
            </button>
          </p>
        </div>
      </div>
    );
  }
}
