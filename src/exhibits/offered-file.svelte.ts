import type { ControlBoard } from '../ui/controls/board';

/** Who takes a file: an exhibit's session. */
interface Taker {
  open(bytes: ArrayBuffer, name: string): Promise<void>;
  report(cause: unknown): void;
}

/** A file that the visitor picks, drops on the page or pastes. The handlers are those of the window. */
export class OfferedFile {
  /** A file hovers over the page. */
  dragging = $state(false);

  constructor(
    private readonly taker: Taker,
    private readonly board: ControlBoard,
  ) {}

  readonly open = async (file: File): Promise<void> => {
    if (!this.board.shows('file')) return; // a lesson that leaves files out means dropped and pasted ones too
    try {
      await this.taker.open(await file.arrayBuffer(), file.name);
    } catch (error) {
      this.taker.report(error);
    }
  };

  readonly onpaste = (event: ClipboardEvent): void => {
    const file = event.clipboardData?.files[0];
    if (file) void this.open(file);
  };

  readonly ondragover = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    this.dragging = true;
  };

  readonly ondragleave = (event: DragEvent): void => {
    if (event.relatedTarget === null) this.dragging = false;
  };

  /** Before whoever takes the drop: a control of the page may keep it to itself. */
  readonly ondropcapture = (): void => {
    this.dragging = false;
  };

  readonly ondrop = (event: DragEvent): void => {
    const file = event.dataTransfer?.files[0];
    if (!file) return;
    event.preventDefault();
    void this.open(file);
  };
}
