import { useNotifications } from "notif-lab/react";
import { useState } from "react";

export function Bell({ user }: { readonly user: string }) {
  const [open, setOpen] = useState(false);
  const { notifications, status, missed, markRead } = useNotifications({
    url: "https://notify.example.com",
    token: async () => (await fetch("/notification-token", { method: "POST" })).text(),
    channels: [`user/${user}`, "topic/news"],
  });
  const unread = notifications.filter(({ read }) => !read);
  return (
    <div>
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
        🔔 {unread.length > 0 ? `${unread.length} new` : "Nothing new"}
      </button>
      {status.state !== "connected" && <small>{status.state}</small>}
      <ul hidden={!open}>
        {missed.length > 0 && <li>Some notifications were lost; reload to see all.</li>}
        {notifications.toReversed().map(({ id, from, body, read }) => (
          <li key={id}>
            <button type="button" disabled={read} onClick={() => markRead(id)}>
              {`${from}: ${body}`}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
