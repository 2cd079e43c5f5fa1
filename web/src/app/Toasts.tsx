import { Notifications } from '@mantine/notifications';
import '@mantine/notifications/styles.css';

/** Where short messages appear; loaded after the first paint. */
export function Toasts() {
  return <Notifications position="bottom-right" limit={3} />;
}
