; Inno Setup 6: the installer for Windows, for one user, without an administrator. After `python installer/build.py`:
;   iscc /DVersion=1.2.3 /DBuild=C:\...\build\zimu /DIcon=C:\...\build\icons\zimu.ico installer\windows\zimu.iss
; Packs, settings and documents are never in the programs' folder; neither an upgrade nor the removal touches them.
; Sign both with: /Ssigntool=$qsigntool.exe$q sign /fd sha256 /tr http://timestamp.example /td sha256 $f   and /DSigned

#ifndef Version
  #error Say which version: /DVersion=1.2.3
#endif
#ifndef Build
  #define Build "..\..\build\zimu"
#endif
#ifexist AddBackslash(CompilerPath) + "Languages\ChineseSimplified.isl"
  #define Chinese ; it does not come with every version of Inno Setup
#endif
#ifndef Icon
  #define Icon "..\..\build\icons\zimu.ico"
#endif

[Setup]
AppId={{6F0F6E83-52B3-4E0C-9E0E-3C1D0C0B7A51}
AppName=Zimu 字幕
AppVersion={#Version}
AppPublisher=The Zimu founders
DefaultDirName={localappdata}\Programs\Zimu
DefaultGroupName=Zimu
DisableProgramGroupPage=yes
DisableDirPage=auto
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
OutputDir=..\..\build\packages
OutputBaseFilename=zimu-{#Version}-windows-x64
SetupIconFile={#Icon}
UninstallDisplayIcon={app}\zimu-desktop.exe
LicenseFile=..\..\LICENSE
Compression=lzma2
SolidCompression=yes
WizardStyle=modern
ChangesAssociations=yes
ChangesEnvironment=yes
CloseApplications=yes
RestartApplications=no
#ifdef Signed
SignTool=signtool
SignedUninstaller=yes
#endif

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
#ifdef Chinese
Name: "zh"; MessagesFile: "compiler:Languages\ChineseSimplified.isl"
#endif

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked
Name: "path"; Description: "{cm:OnPath}"

[InstallDelete]
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "{#Build}\*"; DestDir: "{app}"; Flags: recursesubdirs createallsubdirs ignoreversion

[Icons]
Name: "{autoprograms}\Zimu 字幕"; Filename: "{app}\zimu-desktop.exe"; AppUserModelID: "org.zimu.Zimu"
Name: "{autodesktop}\Zimu 字幕"; Filename: "{app}\zimu-desktop.exe"; Tasks: desktopicon

[Registry]
Root: HKA; Subkey: "Software\Classes\.zimu\OpenWithProgids"; ValueType: string; ValueName: "Zimu.Document"; ValueData: ""; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\.zimu"; ValueType: string; ValueName: "Content Type"; ValueData: "application/x-zimu"; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\Zimu.Document"; ValueType: string; ValueData: "Zimu document"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\Zimu.Document\DefaultIcon"; ValueType: string; ValueData: "{app}\zimu-desktop.exe,0"
Root: HKA; Subkey: "Software\Classes\Zimu.Document\shell\open\command"; ValueType: string; ValueData: """{app}\zimu-desktop.exe"" ""%1"""
Root: HKCU; Subkey: "Environment"; ValueType: expandsz; ValueName: "Path"; ValueData: "{olddata};{app}"; Tasks: path; Check: IsNotOnPath

[Run]
Filename: "{app}\zimu-desktop.exe"; Description: "{cm:LaunchProgram,Zimu}"; Flags: nowait postinstall skipifsilent

[UninstallRun]
Filename: "{app}\zimu.exe"; Parameters: "hosts remove --yes"; Flags: runhidden skipifdoesntexist; RunOnceId: "hosts"

[CustomMessages]
en.OnPath=Let the command zimu be found in a terminal
#ifdef Chinese
zh.OnPath=在终端中可以直接使用 zimu 命令
#endif

[Code]
function OnPath(): String;
begin
  if not RegQueryStringValue(HKEY_CURRENT_USER, 'Environment', 'Path', Result) then
    Result := '';
end;

function IsNotOnPath(): Boolean;
begin
  Result := Pos(';' + Lowercase(ExpandConstant('{app}')) + ';', ';' + Lowercase(OnPath()) + ';') = 0;
end;

procedure CurUninstallStepChanged(Step: TUninstallStep);
var
  Before: String;
begin
  if Step <> usPostUninstall then
    exit;
  Before := OnPath();
  StringChangeEx(Before, ';' + ExpandConstant('{app}'), '', True);
  if Before <> OnPath() then
    RegWriteExpandStringValue(HKEY_CURRENT_USER, 'Environment', 'Path', Before);
end;
