/** Where writes go, or came from. Roles never swap during one relocation; the active side does. */
export type Side = "source" | "target";

/** Both sides. */
export const SIDES = ["source", "target"] as const satisfies readonly Side[];

/** The twin of a side. */
export const otherSide = (side: Side): Side => (side === "source" ? "target" : "source");
