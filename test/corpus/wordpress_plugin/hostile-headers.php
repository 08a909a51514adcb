*/*/*/ Plugin Name: */
Version: */
Version:1
plugin name:::