"""coze-web."""
