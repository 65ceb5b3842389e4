"""DaVinci Resolve: its scripting API behind a thin agent, the bridge to the core, the menu script, the doctor."""
