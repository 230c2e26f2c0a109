/** So many users in groups of about `size`, at most 500 groups, each with two at least; their sizes differ by one at most. */
export function crowds(users: number, size: number): number[] {
  const groups = Math.max(1, Math.min(500, Math.round(users / size), Math.floor(users / 2)));
  const least = Math.floor(users / groups);
  return Array.from({ length: groups }, (_, index) => least + (index < users % groups ? 1 : 0));
}
