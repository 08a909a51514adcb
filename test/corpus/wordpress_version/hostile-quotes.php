$wp_version '
$wp_version = ''';'